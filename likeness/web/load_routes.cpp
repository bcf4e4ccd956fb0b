// Many items by one request: decoded and described side by side, written together.
#include <algorithm>
#include <exception>
#include <latch>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "likeness/base/checksum.hpp"
#include "likeness/base/parallel.hpp"
#include "likeness/web/item_changes.hpp"
#include "likeness/web/metrics.hpp"
#include "likeness/web/parameters.hpp"
#include "likeness/web/routes.hpp"
#include "likeness/web/sent_items.hpp"
#include "likeness/web/sent_picture.hpp"
#include "likeness/web/served_shop.hpp"

namespace likeness {
namespace {

// A bound of memory: so many pictures are decoded before they are written.
constexpr std::size_t kSlice = 512;
// So many are described at a time by a thread.
constexpr std::size_t kBatch = 32;
// Of an answer that is not there yet.
constexpr int kOpen = 0;

class Loading {
 public:
  // Of a service that has a shop.
  Loading(const ServiceParts& service, std::span<const SentItem> items)
      : service_(service),
        shop_(*service.shop),
        items_(items),
        answers_(items.size()),
        changes_(items.size()) {}

  // A line for each item, in their order.
  std::string run() {
    for (std::size_t first = 0; first < items_.size(); first += kSlice) {
      const std::size_t count = std::min(kSlice, items_.size() - first);
      const auto view = shop_.live.view();
      parallel_for((count + kBatch - 1) / kBatch, service_.threads, [&](std::size_t batch) {
        const std::size_t begin = first + batch * kBatch;
        describe(*view, begin, std::min(begin + kBatch, first + count));
      });
      write(first, first + count);
    }
    std::string lines;
    for (std::size_t i = 0; i < items_.size(); ++i) lines += line(i) + "\n";
    return lines;
  }

 private:
  // Answers what cannot be, and makes changes of the others.
  void describe(const ShopView& view, std::size_t begin, std::size_t end) {
    std::vector<BroughtPicture> brought(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
      answers_[i] = answered([&] {
        changes_[i] = change_of(items_[i], view, brought[i - begin]);
        return HttpResponse{.status = kOpen};
      });
    }
    const HttpResponse described = answered([&] {
      embed(view, begin, brought);
      return HttpResponse{.status = kOpen};
    });
    if (described.status == kOpen) return;
    for (std::size_t i = begin; i < end; ++i) {
      if (answers_[i].status == kOpen && changes_[i].picture) answers_[i] = described;
    }
  }

  [[nodiscard]] ItemChange change_of(const SentItem& item, const ShopView& view,
                                     BroughtPicture& brought) const {
    if (item.problem) throw *item.problem;
    ItemChange change{.key = item.key};
    if (item.tags) change.tags = tags_of(*item.tags, "tags");
    if (item.picture) {
      change.only_these_tags = item.tags.has_value();
      brought = brought_picture(*item.picture, view, service_.metrics);
      change.picture.emplace().digest = digest(std::as_bytes(std::span(*item.picture)));
    }
    check_change(change);
    return change;
  }

  // Of the items from `begin` on.
  void embed(const ShopView& view, std::size_t begin, std::span<BroughtPicture> brought) {
    std::vector<NewPicture*> pictures;
    std::vector<BroughtPicture> seen;
    for (std::size_t i = 0; i < brought.size(); ++i) {
      if (answers_[begin + i].status != kOpen) continue;
      if (auto& picture = changes_[begin + i].picture) {
        pictures.push_back(&*picture);
        seen.push_back(std::move(brought[i]));
      }
    }
    if (view.can_search()) describe(view, seen, pictures);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      pictures[i]->record = std::move(seen[i].record);
    }
  }

  void describe(const ShopView& view, std::span<const BroughtPicture> seen,
                std::span<NewPicture* const> pictures) const {
    if (seen.empty()) return;
    const TimedPart timed(service_.metrics, Metrics::Part::kEmbed);
    const std::vector<float> latents = view.embed(seen);
    const std::span<const float> rows(latents);
    const std::size_t dimensions = rows.size() / seen.size();
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      const auto row = rows.subspan(i * dimensions, dimensions);
      pictures[i]->latent.assign(row.begin(), row.end());
      pictures[i]->weights = view.searched()->gallery.model().weights;
    }
  }

  void write(std::size_t begin, std::size_t end) {
    std::vector<std::size_t> open;
    for (std::size_t i = begin; i < end; ++i) {
      if (answers_[i].status == kOpen) open.push_back(i);
    }
    std::latch written(static_cast<std::ptrdiff_t>(open.size()));
    for (const std::size_t i : open) {
      shop_.writer.write(std::move(changes_[i]),
                         [this, i, &written](Changed changed, const std::exception_ptr& error) {
                           answers_[i] = answered([&] {
                             if (error) std::rethrow_exception(error);
                             return HttpResponse{.status = status_of(changed, items_[i].key)};
                           });
                           written.count_down();
                         });
    }
    written.wait();
  }

  [[nodiscard]] std::string line(std::size_t i) const {
    const HttpResponse& answer = answers_[i];
    Json::Object members{{"key", items_[i].key}, {"status", answer.status}};
    if (answer.status >= 400) {
      members.emplace_back("error", parse_json(answer.body, "answer").at("error"));
    }
    return Json(std::move(members)).dump();
  }

  const ServiceParts& service_;
  ServedShop& shop_;
  const std::span<const SentItem> items_;
  std::vector<HttpResponse> answers_;
  std::vector<ItemChange> changes_;
};

}  // namespace

void load_items(const Call& call, const Respond& respond) {
  const Parameters given(call.request.target, {});
  OneByOne& loads = call.shop().loads;
  const auto items = std::make_shared<const std::vector<SentItem>>(sent_items(call.request));
  const auto load = [items, &service = call.service, respond] {
    respond(answered([&] {
      return HttpResponse{.content_type = "application/x-ndjson",
                          .body = Loading(service, *items).run()};
    }));
  };
  if (loads.add(load)) return;
  throw HttpProblem{.status = 503,
                    .kind = "busy",
                    .message = "other requests with many items are waiting: try again in a moment",
                    .headers = {{"Retry-After", "5"}}};
}

}  // namespace likeness
