#include "likeness/postgres/evaluate_published.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/evaluation/items.hpp"
#include "likeness/evaluation/measures.hpp"
#include "likeness/postgres/published_together.hpp"

namespace likeness {
namespace {

void require_answerable(const EvaluateRequest& request, const PublishedModel& model) {
  require_sound(request);
  if (request.what == EvaluateRequest::What::kBaselines) {
    throw RequestError("baselines", "needs the pictures: ask the shop");
  }
  if (!request.pca.empty()) throw RequestError("pca", "needs the pictures: ask the shop");
  for (const std::string& name : request.models) {
    if (name == model.name) continue;
    throw Error(Error::Kind::kNotFound,
                name + ": is not the model that answers there, which is " + model.name);
  }
}

// The rows that have one of the tags.
class Labelled {
 public:
  explicit Labelled(const std::vector<std::string>& by) : by_(by), values_(by.size()) {}

  void add(const Published& published, const Published::Condition& condition, const Work& work) {
    std::vector<std::map<std::int32_t, std::string>> values;
    values.reserve(by_.size());
    for (const std::string& tag : by_) values.push_back(published.values_of(tag));
    published.visit(condition, [&](const PublishedRow& row) {
      stop_if_asked(work.stop);
      add(row, values);
    });
  }

  [[nodiscard]] EvaluatedItems items() const {
    std::vector<std::size_t> places(values_.front().size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    return evaluated_items(std::move(places), by_, values_);
  }
  [[nodiscard]] std::vector<float> vectors() && { return std::move(vectors_); }

 private:
  void add(const PublishedRow& row, const std::vector<std::map<std::int32_t, std::string>>& known) {
    std::vector<std::string> found(by_.size());
    for (std::size_t t = 0; t < by_.size(); ++t) {
      for (const std::int32_t number : row.tags) {
        const auto value = known[t].find(number);
        if (value != known[t].end()) found[t] = value->second;
      }
    }
    if (std::ranges::all_of(found, &std::string::empty)) return;
    for (std::size_t t = 0; t < by_.size(); ++t) values_[t].push_back(std::move(found[t]));
    vectors_.insert(vectors_.end(), row.vector.begin(), row.vector.end());
  }

  const std::vector<std::string>& by_;
  std::vector<std::vector<std::string>> values_;  // of each tag, one for each row
  std::vector<float> vectors_;
};

}  // namespace

Evaluation evaluate_published(const EvaluateRequest& request, const std::string& addresses,
                              const Work& work) {
  std::deque<Postgres> connections;
  std::vector<Postgres*> databases;
  for (const std::string& address : postgres_addresses(addresses)) {
    databases.push_back(&connections.emplace_back(address));
  }
  const PublishedTogether published(databases);
  const PublishedModel& model = published.model();
  require_answerable(request, model);
  const auto conditions = published.where(request.where);
  Labelled labelled(request.by);
  for (std::size_t i = 0; i < published.size(); ++i) {
    labelled.add(published.published(i), conditions[i], work);
  }
  EvaluatedItems items = labelled.items();
  const Method method{
      .kind = MethodKind::kModel, .name = model.name, .dimensions = model.dimensions, .model = {}};
  Descriptors descriptors{.dimensions = model.dimensions, .values = std::move(labelled).vectors()};
  if (!request.weights.empty()) {
    multiply_rows(number_factors(request.weights, published.parts(), model.name),
                  descriptors.values);
  }
  Evaluation evaluation = evaluate_described(request, std::move(items), method, descriptors, work);
  if (request.what == EvaluateRequest::What::kAll) {
    evaluation.notes.emplace_back("baselines: left out, a database does not have the pictures");
  }
  return evaluation;
}

}  // namespace likeness
