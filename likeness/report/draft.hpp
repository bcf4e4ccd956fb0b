// A report while it is being made: in a folder of its own beside the one that it will replace, so
// that an interrupted report leaves the old one as it was.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/catalogue/image.hpp"
#include "likeness/plot/chart.hpp"
#include "likeness/plot/page.hpp"

namespace likeness {

class ReportDraft {
 public:
  // Error::kInput if the folder holds anything that no report has: it will be replaced as a whole.
  ReportDraft(const std::filesystem::path& folder, std::stop_token stop);
  ~ReportDraft();
  ReportDraft(const ReportDraft&) = delete;
  ReportDraft& operator=(const ReportDraft&) = delete;
  ReportDraft(ReportDraft&&) = delete;
  ReportDraft& operator=(ReportDraft&&) = delete;

  // Where a picture of this name is to be written, and its address in the page.
  [[nodiscard]] std::filesystem::path path_of(const std::string& picture);
  [[nodiscard]] static std::string address_of(const std::string& picture);

  // Writes the picture as NAME.png (a chart also as NAME.svg) and shows it; the figure's `file`,
  // `vector_file` and `size` are set here.
  void show(PageSection& section, const std::string& name, PageFigure figure, const Image& picture);
  void show(PageSection& section, const std::string& name, PageFigure figure,
            const ChartScript& chart);
  void write(const std::string& picture, std::span<const std::byte> bytes);
  // A file beside the page.
  void write_beside(const std::string& file, std::span<const std::byte> bytes) const;
  void write_beside(const std::string& file, std::string_view text) const;

  void miss(std::string picture, std::string needs);
  // Draws a picture; what cannot be drawn is missing, with the reason. A stop ends it all.
  void attempt(const std::string& picture, const std::function<void()>& draw);
  [[nodiscard]] const std::vector<PageMissing>& missing() const noexcept { return missing_; }
  // Addresses, in the order in which they were made.
  [[nodiscard]] const std::vector<std::string>& pictures() const noexcept { return pictures_; }

  // Writes the page, and puts the folder in the place of the old one in one step.
  void commit(const Page& page);

 private:
  void replace();

  std::filesystem::path folder_;
  std::stop_token stop_;
  std::filesystem::path temporary_;
  std::vector<std::string> pictures_;
  std::vector<PageMissing> missing_;
};

}  // namespace likeness
