// Routes that change items. Each answers when its change is on the disk and in every later answer.
#include <fmt/format.h>

#include <exception>
#include <span>
#include <utility>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/catalogue/utf8.hpp"
#include "likeness/shop/models.hpp"
#include "likeness/web/item_changes.hpp"
#include "likeness/web/item_json.hpp"
#include "likeness/web/metrics.hpp"
#include "likeness/web/parameters.hpp"
#include "likeness/web/routes.hpp"
#include "likeness/web/sent_json.hpp"
#include "likeness/web/sent_picture.hpp"
#include "likeness/web/served_shop.hpp"

namespace likeness {
namespace {

// The item as the view after its change has it.
HttpResponse shown(const LiveShop& shop, const std::string& key, int status) {
  const auto view = shop.view();
  const ShopView::Reader reader(*view);
  const auto item = reader.store().find_item(key);
  if (!item) {
    if (const auto problem = shop.problem()) {
      throw HttpProblem{
          .status = 503,
          .kind = "corrupt",
          .message = "the change is written, but the shop cannot be shown: " + *problem};
    }
    throw no_such_item(key);  // another request has removed it meanwhile
  }
  HttpResponse response = json_response(json_of(*item, reader.store()));
  response.status = status;
  return response;
}

void write(const Call& call, ItemChange change, const Respond& respond) {
  check_change(change);
  std::string key = change.key;
  ServedShop& shop = call.shop();
  shop.writer.write(std::move(change), [&live = shop.live, key = std::move(key), respond](
                                           Changed changed, const std::exception_ptr& error) {
    respond(answered([&] {
      if (error) std::rethrow_exception(error);
      const int status = status_of(changed, key);
      if (status == 204) return HttpResponse{.status = 204};
      return shown(live, key, status);
    }));
  });
}

}  // namespace

void put_item(const Call& call, const Respond& respond) {
  const Parameters given(call.request.target, {"tags"});
  ItemChange change{.key = to_nfc(call.named)};
  if (const auto tags = given.text("tags")) {
    change.tags = tags_of(sent_json(*tags, "tags"), "tags");
    change.only_these_tags = true;
  }
  const auto view = call.view();
  NewPicture& picture = change.picture.emplace();
  BroughtPicture brought = sent_picture(call, *view);
  picture.digest = digest(std::as_bytes(std::span(call.request.body)));
  if (view->can_search()) {
    const TimedPart timed(call.service.metrics, Metrics::Part::kEmbed);
    picture.latent = view->embed(std::span(&brought, 1));
    picture.weights = view->searched()->gallery.model().weights;
  }
  picture.record = std::move(brought.record);
  write(call, std::move(change), respond);
}

void patch_item(const Call& call, const Respond& respond) {
  const Parameters given(call.request.target, {});
  const Json body = sent_json(call.request.body, "body");
  const Json* tags = nullptr;
  try {
    if (body.object().size() == 1) tags = body.find("tags");
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): no object has no tags
  }
  if (tags == nullptr) {
    throw HttpProblem{.status = 400,
                      .kind = "input",
                      .message = R"(the body is to be such as {"tags": {"colour": "red"}})",
                      .where = "body"};
  }
  ItemChange change{.key = to_nfc(call.named)};
  change.tags = tags_of(*tags, "tags");
  write(call, std::move(change), respond);
}

void delete_item(const Call& call, const Respond& respond) {
  const Parameters given(call.request.target, {});
  write(call, {.key = to_nfc(call.named), .removes = true}, respond);
}

void activate_model_named(const Call& call, const Respond& respond) {
  const Parameters given(call.request.target, {});
  const Json outcome = to_json(activate_model(call.view()->files(), call.named));
  call.shop().live.refresh();
  respond(json_response(outcome));
}

}  // namespace likeness
