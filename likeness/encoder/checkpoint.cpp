#include "likeness/encoder/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/json.hpp"
#include "likeness/base/mapped_file.hpp"
#include "likeness/encoder/naming.hpp"
#include "likeness/encoder/safetensors.hpp"

namespace likeness {
namespace {

constexpr const char* kCheckpointFormat = "likeness checkpoint 1";
constexpr double kMostSeconds = 1e12;
constexpr std::uint64_t kMostSteps = std::uint64_t{1} << 53U;  // counted without loss in a double

NamedTensor flat(std::string name, std::vector<float> values) {
  const std::size_t count = values.size();
  return {.name = std::move(name), .dimensions = {count}, .values = std::move(values)};
}

// Takes a checkpoint apart, doubting each number of it.
class CheckpointReader {
 public:
  CheckpointReader(const TensorFile& file, const std::string& source, const Network& network)
      : file_(file), source_(source), network_(network) {}

  [[nodiscard]] Checkpoint read() const {
    if (file_.text("format", source_) != kCheckpointFormat) {
      fail("is not a checkpoint of this version of likeness");
    }
    std::size_t parameters = 0;
    for (const Parameter& parameter : parameters_of(network_)) parameters += parameter.size();
    Checkpoint checkpoint{.settings = file_.text("settings", source_), .state = {}};
    if (file_.texts.contains("pictures")) checkpoint.pictures = file_.text("pictures", source_);
    TrainingState& state = checkpoint.state;
    state.parameters = values("parameters", parameters);
    state.first_moment = values("first_moment", trained_parameters(network_));
    state.second_moment = values("second_moment", trained_parameters(network_));
    if (std::ranges::any_of(state.second_moment, [](float value) { return value < 0.0F; })) {
      fail("has a mean square below 0");
    }
    state.steps = file_.whole_number("steps", source_);
    state.progress = number("progress", 1.0);
    state.seconds = number("seconds", kMostSeconds);
    state.history = history_from_json(file_.text("history", source_), source_);
    state.best_epoch = file_.whole_number("best_epoch", source_);
    const bool possible = state.steps >= state.history.size() && state.steps <= kMostSteps &&
                          state.best_epoch >= 1 && state.best_epoch <= state.history.size();
    if (!possible) fail("counts epochs and steps that cannot be");
    return checkpoint;
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw Error(Error::Kind::kCorrupt, source_ + ": " + reason +
                                           ": it is damaged or of another training: restore it, or "
                                           "train anew under another name");
  }

  [[nodiscard]] std::vector<float> values(const std::string& name, std::size_t count) const {
    const NamedTensor& tensor = file_.tensor(name, source_);
    if (tensor.dimensions != std::vector{count}) {
      fail(fmt::format("holds {} numbers as {}, and the network of this training has {}",
                       tensor.values.size(), name, count));
    }
    if (!std::ranges::all_of(tensor.values, [](float value) { return std::isfinite(value); })) {
      fail("holds values in " + name + " that are no numbers");
    }
    return tensor.values;
  }

  [[nodiscard]] double number(const std::string& name, double most) const {
    const double value = parse_json(file_.text(name, source_), source_).number();
    if (!(value >= 0.0 && value <= most)) fail("has a wrong number as " + name);
    return value;
  }

  const TensorFile& file_;
  const std::string& source_;
  const Network& network_;
};

}  // namespace

void write_checkpoint(const std::filesystem::path& path, Checkpoint checkpoint) {
  TrainingState& state = checkpoint.state;
  TensorFile file;
  file.texts = {{"format", kCheckpointFormat},
                {"settings", checkpoint.settings},
                {"pictures", checkpoint.pictures},
                {"steps", std::to_string(state.steps)},
                {"progress", Json(state.progress).dump()},
                {"seconds", Json(state.seconds).dump()},
                {"best_epoch", std::to_string(state.best_epoch)},
                {"history", history_to_json(state.history)}};
  file.tensors = {flat("parameters", std::move(state.parameters)),
                  flat("first_moment", std::move(state.first_moment)),
                  flat("second_moment", std::move(state.second_moment))};
  (void)write_tensors(path, file);
}

Checkpoint read_checkpoint(const std::filesystem::path& path, const Network& network) {
  const MappedFile file(path);
  return read_checkpoint(file.bytes(), path.string(), network);
}

Checkpoint read_checkpoint(std::span<const std::byte> bytes, const std::string& source,
                           const Network& network) {
  return naming(source, [&] {
    const TensorFile file = read_tensors(bytes, source);
    return CheckpointReader(file, source, network).read();
  });
}

}  // namespace likeness
