#include "likeness/sample/sample.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/work.hpp"
#include "likeness/catalogue/csv.hpp"
#include "likeness/catalogue/jpeg.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/sample/item.hpp"

namespace likeness {
namespace {

const std::array<std::string, 9> kColumns = {
    "key", "category", "cut", "colour", "pattern", "shadow", "duplicate", "duplicate_of", "change"};

std::string_view change_of(Duplicate duplicate) {
  if (duplicate == Duplicate::kReencoded) return "re-encoded";
  if (duplicate == Duplicate::kScaled) return "scaled";
  if (duplicate == Duplicate::kCropped) return "cropped";
  return "";
}

std::string_view kind_of(Duplicate duplicate) {
  if (duplicate == Duplicate::kNone) return "";
  return duplicate == Duplicate::kExact ? "exact" : "near";
}

std::string tags_line(const SampleItem& item) {
  const std::array<std::string, kColumns.size()> fields = {
      item.key,
      std::string(item.category),
      std::string(item.cut),
      std::string(item.colour),
      std::string(item.pattern),
      std::string(item.shadow),
      std::string(kind_of(item.duplicate)),
      item.duplicate_of ? sample_key(*item.duplicate_of) : "",
      std::string(change_of(item.duplicate))};
  return csv_line(fields);
}

bool holds_sample(const std::filesystem::path& folder) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(folder / "tags.csv", none)) return false;
  const auto bytes = read_file(folder / "tags.csv");
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.starts_with(csv_line(kColumns));
}

// The head of tags.csv is written first: it marks the folder as a sample's, also if the drawing is
// interrupted.
void claim(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    throw Error(Error::Kind::kUnavailable,
                folder.string() + ": cannot be made a folder: " + failure.message());
  }
  if (!std::filesystem::is_empty(folder, failure) && !failure && !holds_sample(folder)) {
    throw Error(
        Error::Kind::kInput,
        folder.string() + ": is not empty and holds no sample catalogue; name a new folder");
  }
  write_file(folder / "tags.csv", csv_line(kColumns));
}

std::filesystem::path picture_path(const std::filesystem::path& folder, std::size_t index) {
  return folder / (sample_key(index) + ".jpg");
}

// A larger sample that was drawn here before has numbered its pictures without a gap.
std::size_t remove_from(const std::filesystem::path& folder, std::size_t first) {
  std::size_t removed = 0;
  while (first + removed < kMaxSampleCount &&
         std::filesystem::remove(picture_path(folder, first + removed))) {
    ++removed;
  }
  return removed;
}

void count_duplicate(SampleReport& report, Duplicate duplicate) {
  if (duplicate == Duplicate::kExact) ++report.exact_duplicates;
  if (duplicate > Duplicate::kExact) ++report.near_duplicates;
}

}  // namespace

SampleReport draw_sample(const std::filesystem::path& folder, const SampleOptions& options) {
  if (options.count == 0 || options.count > kMaxSampleCount) {
    throw RequestError("count", std::to_string(options.count) +
                                    " is out of range: give a number from 1 to " +
                                    std::to_string(kMaxSampleCount));
  }
  claim(folder);
  std::vector<std::string> lines(options.count);
  std::vector<Duplicate> duplicates(options.count);
  parallel_for(options.count, options.threads, [&](std::size_t i) {
    stop_if_asked(options.stop);
    const SampleItem item = sample_item(options.seed, i);
    write_file(picture_path(folder, i), encode_jpeg(render_svg(item.svg, item.size), item.quality));
    lines[i] = tags_line(item);
    duplicates[i] = item.duplicate;
    if (options.on_progress) options.on_progress(1);
  });
  SampleReport report{.pictures = options.count, .removed = remove_from(folder, options.count)};
  for (const auto duplicate : duplicates) count_duplicate(report, duplicate);
  std::string text = csv_line(kColumns);
  for (const auto& line : lines) text += line;
  write_file(folder / "tags.csv", text);
  return report;
}

Json to_json(const SampleReport& report) {
  return Json::Object{{"pictures", report.pictures},
                      {"exact_duplicates", report.exact_duplicates},
                      {"near_duplicates", report.near_duplicates},
                      {"removed", report.removed}};
}

}  // namespace likeness
