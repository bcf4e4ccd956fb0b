#include "likeness/encoder/epoch_report.hpp"

#include <string_view>

#include "likeness/base/error.hpp"
#include "likeness/base/json.hpp"

namespace likeness {
namespace {

constexpr double kLargestNumber = 1e12;  // far above any loss, speed or time

Json::Object losses(const EpochReport& report) {
  return {{"epoch", report.epoch},
          {"train_mse", report.train_mse},
          {"train_mae", report.train_mae},
          {"validation_mse", report.validation_mse},
          {"validation_mae", report.validation_mae},
          {"contrast_loss", report.contrast_loss}};
}

Json whole(const EpochReport& report) {
  auto object = losses(report);
  object.emplace_back("images_per_second", report.images_per_second);
  object.emplace_back("seconds", report.seconds);
  return object;
}

double checked(double number, const std::string& source) {
  if (number >= 0.0 && number <= kLargestNumber) return number;
  throw Error(Error::Kind::kCorrupt,
              source + ": its history holds the number " + std::to_string(number) +
                  ", which no training gives: the file is damaged; train again, or restore it");
}

double number_or_zero(const Json& json, std::string_view name) {
  const Json* found = json.find(name);
  return found == nullptr ? 0.0 : found->number();
}

}  // namespace

std::string to_json_line(const EpochReport& report) { return whole(report).dump(); }

std::string losses_to_json(std::span<const EpochReport> history) {
  Json::Array epochs;
  for (const EpochReport& report : history) epochs.emplace_back(losses(report));
  return Json(epochs).dump();
}

std::string history_to_json(std::span<const EpochReport> history) {
  Json::Array epochs;
  for (const EpochReport& report : history) epochs.push_back(whole(report));
  return Json(epochs).dump();
}

std::vector<EpochReport> history_from_json(const std::string& text, const std::string& source) {
  const auto number = [&](const Json& json, std::string_view name) {
    return checked(json.at(name).number(), source);
  };
  const auto optional = [&](const Json& json, std::string_view name) {
    return checked(number_or_zero(json, name), source);
  };
  std::vector<EpochReport> history;
  const Json epochs = parse_json(text, source);
  for (const Json& json : epochs.array()) {
    history.push_back({.epoch = history.size() + 1,
                       .train_mse = number(json, "train_mse"),
                       .train_mae = number(json, "train_mae"),
                       .validation_mse = number(json, "validation_mse"),
                       .validation_mae = number(json, "validation_mae"),
                       .contrast_loss = optional(json, "contrast_loss"),
                       .images_per_second = optional(json, "images_per_second"),
                       .seconds = optional(json, "seconds")});
  }
  return history;
}

}  // namespace likeness
