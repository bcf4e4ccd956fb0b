#include "likeness/report/draft.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/folder.hpp"
#include "likeness/base/work.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/shop/leftovers.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPage = "index.html";
constexpr const char* kPictures = "pictures";

// What a report consists of: a folder with anything else is not replaced.
constexpr auto kOurs = std::to_array<std::string_view>(
    {kPage, kPictures, "report.css", "report.js", "space.js", "thumbnails.webp", "three.min.js",
     "three.min.js.licence.txt"});

void refuse_other(const fs::path& folder) {
  if (!fs::exists(folder)) return;
  const auto fail = [&](const std::string& why) {
    throw Error(Error::Kind::kInput, folder.string() + ": " + why +
                                         ": give another folder by -o, for a report replaces the "
                                         "whole folder");
  };
  if (!fs::is_directory(folder)) fail("is no folder");
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (std::ranges::find(kOurs, name) == kOurs.end()) {
      fail("holds " + name + ", which is no part of a report");
    }
  }
}

// A name that ends in a slash has no file name of its own.
fs::path without_slash(const fs::path& folder) {
  const fs::path whole = fs::absolute(folder).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

}  // namespace

ReportDraft::ReportDraft(const fs::path& folder, std::stop_token stop)
    : folder_(without_slash(folder)), stop_(std::move(stop)) {
  refuse_other(folder_);
  const fs::path parent = folder_.parent_path();
  if (!fs::is_directory(parent)) {
    throw Error(Error::Kind::kNotFound,
                parent.string() + ": there is no such folder: make it first");
  }
  for (const fs::path& left : left_by_reports(folder_)) {
    std::error_code stays;  // in nobody's way
    fs::remove_all(left, stays);
  }
  temporary_ = folder_.string() + ".tmp." + std::to_string(::getpid());
  std::error_code code;
  fs::create_directories(temporary_ / kPictures, code);
  if (!code) return;
  std::error_code gone;  // the first of the two folders may be there
  fs::remove_all(temporary_, gone);
  throw Error(Error::Kind::kUnavailable, temporary_.string() +
                                             ": cannot be made: " + code.message() +
                                             ": give a folder by -o that may be written beside");
}

ReportDraft::~ReportDraft() {
  std::error_code gone;
  fs::remove_all(temporary_, gone);
}

fs::path ReportDraft::path_of(const std::string& picture) {
  stop_if_asked(stop_);
  pictures_.push_back(address_of(picture));
  return temporary_ / kPictures / picture;
}

std::string ReportDraft::address_of(const std::string& picture) {
  return std::string(kPictures) + "/" + picture;
}

void ReportDraft::write(const std::string& picture, std::span<const std::byte> bytes) {
  write_file(path_of(picture), bytes);
}

void ReportDraft::show(PageSection& section, const std::string& name, PageFigure figure,
                       const Image& picture) {
  write(name + ".png", encode_png(picture));
  figure.file = address_of(name + ".png");
  figure.size = picture.size;
  section.figures.push_back(std::move(figure));
}

void ReportDraft::show(PageSection& section, const std::string& name, PageFigure figure,
                       const ChartScript& chart) {
  const Chart drawn = draw_chart(chart);
  write(name + ".png", drawn.png);
  write(name + ".svg", std::as_bytes(std::span(drawn.svg)));
  figure.file = address_of(name + ".png");
  figure.vector_file = address_of(name + ".svg");
  figure.size = chart.size;
  section.figures.push_back(std::move(figure));
}

void ReportDraft::write_beside(const std::string& file, std::span<const std::byte> bytes) const {
  write_file(temporary_ / file, bytes);
}

void ReportDraft::write_beside(const std::string& file, std::string_view text) const {
  write_file(temporary_ / file, text);
}

void ReportDraft::miss(std::string picture, std::string needs) {
  missing_.push_back({.picture = std::move(picture), .needs = std::move(needs)});
}

void ReportDraft::attempt(const std::string& picture, const std::function<void()>& draw) {
  stop_if_asked(stop_);
  try {
    draw();
  } catch (const Error& error) {
    stop_if_asked(stop_);
    miss(picture, error.what());
  }
}

void ReportDraft::commit(const Page& page) {
  stop_if_asked(stop_);
  write_page_files(temporary_);
  write_beside(kPage, to_html(page));
  replace();
  flush_folder(folder_.parent_path());
}

void ReportDraft::replace() {
  if (!fs::exists(folder_)) {
    fs::rename(temporary_, folder_);
    return;
  }
  refuse_other(folder_);  // minutes may have passed
  // Both change places in one step; the old one then goes with this object.
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, folder_.c_str(), RENAME_EXCHANGE) == 0) {
    return;
  }
  if (errno != EINVAL && errno != ENOSYS) {
    throw Error(Error::Kind::kUnavailable, folder_.string() + ": cannot be replaced: " +
                                               std::generic_category().message(errno));
  }
  // A file system that cannot exchange: the old one is away for a moment.
  const fs::path old = temporary_.string() + ".old";
  fs::rename(folder_, old);
  fs::rename(temporary_, folder_);
  fs::remove_all(old);
}

}  // namespace likeness
