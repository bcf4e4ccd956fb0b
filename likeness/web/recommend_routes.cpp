// Routes of recommendations: like one item, like what somebody likes, like any picture.
#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/shop/recommend.hpp"
#include "likeness/web/item_json.hpp"
#include "likeness/web/kept_pictures.hpp"
#include "likeness/web/live_search.hpp"
#include "likeness/web/metrics.hpp"
#include "likeness/web/parameters.hpp"
#include "likeness/web/recommend_json.hpp"
#include "likeness/web/routes.hpp"
#include "likeness/web/sent_json.hpp"
#include "likeness/web/sent_picture.hpp"
#include "likeness/web/wish.hpp"

namespace likeness {
namespace {

constexpr std::uint64_t kUsualCount = 20;
constexpr std::size_t kMostInBatch = 64;

RecommendRequest request_of(const Parameters& given) {
  RecommendRequest request;
  request.query.where = given.where();
  request.count = given.whole("count", kUsualCount, {.least = 1, .most = kMostResults});
  request.offset = given.whole("offset", 0, {.least = 0, .most = kMostResults});
  request.by = asked_by(given.text("by").value_or("neighbours"));
  request.diversity = given.number("diversity", 0.0);
  request.relevance = given.number("relevance", 0.0);
  request.weights = given.weights();
  if (given.flag("distinct")) request.repeats = RecommendRequest::Repeats::kFolded;
  if (given.flag("explain")) request.explained = RecommendRequest::Explained::kYes;
  return request;
}

std::vector<std::string_view> parameters() {
  return {"by",     "count",     "distinct", "diversity", "explain",
          "offset", "relevance", "weight",   "where"};
}

// The model is read for them only where they are told.
std::span<const Part> parts_to_explain(const ShopView& view, const RecommendRequest& request) {
  if (request.explained == RecommendRequest::Explained::kNo) return {};
  return view.parts();
}

RecommendOutcome recommend_of_shop(const RecommendRequest& request, const ShopView& view) {
  const ShopView::Reader reader(view);
  const auto searched = view.searched(reader, request.weights);
  return recommend(request,
                   {.store = reader.store(),
                    .gallery = searched->gallery,
                    .clusters = searched->clusters,
                    .items = view.known_items(),
                    .pictures = reader.pictures(),
                    .parts = parts_to_explain(view, request)},
                   {.threads = 1});
}

// The pictures are the shop's, if there is one, of those items that it has.
RecommendOutcome recommend_elsewhere(const RecommendRequest& request, const ShopView* view,
                                     LiveSearch& search) {
  if (view == nullptr) return search.recommend(request, {});
  const std::string weights =
      view->can_search() ? view->searched()->gallery.model().weights : std::string();
  RecommendOutcome outcome = search.recommend(request, weights);
  const ShopView::Reader reader(*view);
  for (ShownItem& shown : outcome.results) {
    if (auto item = reader.store().find_item(shown.item.key)) shown.item = *std::move(item);
  }
  return outcome;
}

// `view`: null where databases answer by themselves. `pictures`: the names of the kept ones that
// the query has latents of.
Json answer(const Call& call, const ShopView* view, const RecommendRequest& request,
            std::span<const std::string> pictures = {}) {
  const TimedPart timed(call.service.metrics, Metrics::Part::kSearch);
  // More by one, by which it is known whether there are more.
  RecommendRequest more = request;
  more.count = request.count + 1;
  LiveSearch* const search = call.service.search;
  RecommendOutcome outcome =
      search == nullptr ? recommend_of_shop(more, *view) : recommend_elsewhere(more, view, *search);
  const bool has_more = outcome.results.size() > request.count;
  if (has_more) outcome.results.pop_back();
  return json_of(outcome, request, has_more, pictures);
}

std::vector<float> latent_of(const Call& call, const ShopView& view,
                             const BroughtPicture& brought) {
  const TimedPart timed(call.service.metrics, Metrics::Part::kEmbed);
  return view.embed(std::span(&brought, 1));
}

std::vector<float> latent_of(const Call& call, const ShopView& view, KeptPicture kept) {
  const bool is_known =
      !kept.latent.empty() && kept.weights == view.searched()->gallery.model().weights;
  return is_known ? std::move(kept.latent)
                  : latent_of(call, view, BroughtPicture{.record = std::move(kept.record)});
}

Json answer_json(const Call& call, const ShopView* view, const Json& body) {
  RecommendWish wish = wish_of(body);
  if (!wish.pictures.empty()) (void)call.shop();  // whose model describes them
  std::vector<std::string> names;
  for (const auto& [name, weight] : wish.pictures) {
    auto kept = call.service.pictures.find(name);
    if (!kept) {
      throw HttpProblem{.status = 404,
                        .kind = "not found",
                        .message = "there is no such picture, or its hour is over: send it again",
                        .where = "liked"};
    }
    wish.request.query.latents.push_back(
        {.latent = latent_of(call, *view, *std::move(kept)), .weight = weight});
    names.push_back(name);
  }
  if (wish.request.query.liked.empty() && wish.request.query.latents.empty()) {
    throw HttpProblem{.status = 400,
                      .kind = "input",
                      .message = "liked is empty: what should it look like?",
                      .where = "liked"};
  }
  return answer(call, view, wish.request, names);
}

Json json_body(const Call& call) {
  if (!call.request.header("content-type").starts_with("application/json")) {
    throw HttpProblem{.status = 415,
                      .kind = "input",
                      .message = "the body is to be application/json",
                      .where = "Content-Type"};
  }
  if (call.request.body.size() > kMostJsonBytes) {
    throw HttpProblem{
        .status = 413, .kind = "input", .message = "the JSON is too large", .where = "body"};
  }
  return sent_json(call.request.body, "body");
}

}  // namespace

HttpResponse show_similar(const Call& call) {
  const Parameters given(call.request.target, parameters(), {"where"});
  RecommendRequest request = request_of(given);
  request.query.liked = {call.named};
  const auto view = call.view_if_any();
  HttpResponse response;
  response.headers.emplace_back("Cache-Control", "public, max-age=0, must-revalidate");
  if (call.service.search != nullptr) {
    response.body = answer(call, view.get(), request).dump();
    const std::string tag = tag_of(response);
    return tagged(std::move(response), call.request, tag);
  }
  const std::string tag = tag_of(*view, call.request);
  if (!has_answer(call.request, tag)) response.body = answer(call, view.get(), request).dump();
  return tagged(std::move(response), call.request, tag);
}

HttpResponse recommend_items(const Call& call) {
  if (!is_picture_type(call.request.header("content-type"))) {
    const Parameters given(call.request.target, {});
    const auto view = call.view_if_any();
    return json_response(answer_json(call, view.get(), json_body(call)));
  }
  const auto view = call.view();
  const Parameters given(call.request.target, parameters(), {"where"});
  RecommendRequest request = request_of(given);
  const BroughtPicture brought = sent_picture(call, *view);
  request.query.latents.push_back({.latent = latent_of(call, *view, brought)});
  return json_response(answer(call, view.get(), request));
}

HttpResponse recommend_in_batch(const Call& call) {
  const Parameters given(call.request.target, {});
  const auto view = call.view_if_any();
  const Json body = json_body(call);
  const auto refuse = [](const std::string& message) -> HttpProblem {
    return {.status = 400, .kind = "input", .message = message, .where = "requests"};
  };
  const Json::Array* requests = nullptr;
  try {
    requests = &body.at("requests").array();
  } catch (const Error& error) {
    throw refuse(error.what());
  }
  if (requests->empty() || requests->size() > kMostInBatch) {
    throw refuse("requests are to be 1 to 64");
  }
  Json::Array answers;
  for (const Json& one : *requests) answers.push_back(answer_json(call, view.get(), one));
  return json_response(Json::Object{{"answers", std::move(answers)}});
}

}  // namespace likeness
