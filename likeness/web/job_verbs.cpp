#include "likeness/web/job_verbs.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/evaluation/measures.hpp"
#include "likeness/shop/cluster.hpp"
#include "likeness/shop/compact.hpp"
#include "likeness/shop/embed.hpp"
#include "likeness/shop/model_files.hpp"
#include "likeness/shop/part_weights.hpp"
#include "likeness/shop/teacher.hpp"
#include "likeness/shop/train.hpp"
#include "likeness/web/http.hpp"
#include "likeness/web/parameters.hpp"

namespace likeness {
namespace {

void read(const Json& json, std::string& value) { value = json.text(); }
void read(const Json& json, bool& value) { value = json.boolean(); }
void read(const Json& json, double& value) { value = json.number(); }
void read(const Json& json, std::uint64_t& value) {
  if (json.integer() < 0) throw Error(Error::Kind::kInput, "is less than 0");
  value = static_cast<std::uint64_t>(json.integer());
}
void read(const Json& json, TagFilter& value) { value = asked_where(json.text()); }
template <typename T>
void read(const Json& json, std::optional<T>& value) {
  read(json, value.emplace());
}
template <typename T>
void read(const Json& json, std::vector<T>& values) {
  for (const Json& one : json.array()) read(one, values.emplace_back());
}

// The members of an object, each read by its name.
class Options {
 public:
  explicit Options(const Json& json) : json_(json) {
    for (const auto& [name, value] : json.object()) left_.push_back(name);
  }

  template <typename T>
  void read(std::string_view name, T& value) {
    const Json* json = json_.find(name);
    if (json == nullptr) return;
    std::erase(left_, name);
    try {
      likeness::read(*json, value);
    } catch (const Error& error) {
      refuse_input(std::string(name), error.message().text);
    }
  }
  void require_no_others() const {
    if (!left_.empty()) refuse_input(left_.front(), "is no option of this verb");
  }

 private:
  const Json& json_;
  std::vector<std::string> left_;
};

TrainRequest train_request(const ShopFiles& files, const Json& json) {
  TrainRequest request;
  request.files = files;
  Options options(json);
  options.read("objective", request.objective);
  options.read("latent", request.latent_given);
  options.read("network", request.network);
  options.read("minutes", request.minutes);
  options.read("epochs", request.epochs);
  options.read("patience", request.patience);
  options.read("batch", request.batch);
  options.read("validation", request.validation);
  options.read("precision", request.precision);
  options.read("schedule", request.schedule);
  options.read("learning_rate", request.learning_rate);
  options.read("augment", request.augment);
  options.read("sample", request.sample);
  options.read("seed", request.seed);
  options.read("teacher", request.teacher);
  if (request.teacher && is_encoder_file(*request.teacher)) {
    refuse_input("teacher", "is a file of this machine: give a model of the shop");
  }
  options.read("name", request.name);
  options.require_no_others();
  TrainRequest checked = request;
  complete(checked);  // refuses what cannot be; the verb completes it again
  return request;
}

template <typename Request, typename Verb>
JobWork work_of(Request request, Verb verb) {
  return [request = std::move(request), verb](const Work& work) {
    return to_json(verb(request, work));
  };
}

JobWork training(const ShopFiles& files, const Json& json) {
  return work_of(train_request(files, json), train);
}

JobWork embedding(const ShopFiles& files, const Json& json) {
  EmbedRequest request{.files = files, .model = {}};
  std::optional<std::string> index;
  Options options(json);
  options.read("model", request.model);
  options.read("index", index);
  options.require_no_others();
  if (index) {
    request.index = index_named(*index);
    if (!request.index) refuse_input("index", "is unknown: give auto, exact or graph");
  }
  return work_of(std::move(request), [](const EmbedRequest& checked, const Work& work) {
    return embed(checked, work);  // overloaded: cannot be named alone
  });
}

JobWork clustering(const ShopFiles& files, const Json& json) {
  ClusterRequest request{.files = files};
  Options options(json);
  const Json* clusters = json.find("clusters");
  if (clusters != nullptr && *clusters == Json("auto")) {
    std::string automatic;
    options.read("clusters", automatic);
    request.count = ClusterRequest::Count::kBySilhouette;
  } else if (clusters != nullptr) {
    options.read("clusters", request.clusters);
    request.count = ClusterRequest::Count::kGiven;
  }
  options.read("seed", request.seed);
  options.require_no_others();
  return work_of(std::move(request), cluster);
}

JobWork evaluating(const ShopFiles& files, const Json& json) {
  EvaluateRequest request;
  request.files = files;
  std::optional<std::string> weights;
  bool only_models = false;
  Options options(json);
  options.read("by", request.by);
  options.read("where", request.where);
  options.read("models", request.models);
  options.read("models_only", only_models);
  options.read("weight", weights);
  options.read("queries", request.queries);
  options.read("pca", request.pca);
  options.read("starts", request.starts);
  options.read("seed", request.seed);
  options.require_no_others();
  if (only_models) request.what = EvaluateRequest::What::kModels;
  if (weights) request.weights = read_part_weights(*weights);
  return work_of(std::move(request), evaluate);
}

JobWork compacting(const ShopFiles& files, const Json& json) {
  Options(json).require_no_others();
  // Readers of the service come and go all the time: what they read goes the next time.
  return work_of(CompactRequest{.files = files, .waits_for_readers = false}, compact);
}

struct JobVerb {
  std::string_view name;
  JobWork (*work)(const ShopFiles& files, const Json& options);
};

constexpr std::array kVerbs{
    JobVerb{.name = "train", .work = training}, JobVerb{.name = "embed", .work = embedding},
    JobVerb{.name = "cluster", .work = clustering}, JobVerb{.name = "evaluate", .work = evaluating},
    JobVerb{.name = "compact", .work = compacting}};

}  // namespace

JobWork job_work(const ShopFiles& files, const std::string& verb, const Json& options) {
  const auto* const found = std::ranges::find(kVerbs, verb, &JobVerb::name);
  if (found == kVerbs.end()) {
    refuse_input("verb", "is unknown: give train, embed, cluster, evaluate or compact");
  }
  return found->work(files, options);
}

JobWork work_to_go_on(const ShopFiles& files, const std::string& verb, const Json& options) {
  if (verb != "train") return nullptr;
  TrainRequest request = train_request(files, options);
  TrainRequest named = request;
  complete(named);
  // Before its first checkpoint there is nothing to go on from.
  request.resume = named.name && std::filesystem::exists(checkpoint_of(files, *named.name));
  return work_of(std::move(request), train);
}

}  // namespace likeness
