#include <fmt/format.h>

#include <span>

#include "likeness/base/error.hpp"
#include "likeness/base/work.hpp"
#include "likeness/catalogue/idx.hpp"
#include "likeness/catalogue/pack_writer.hpp"
#include "likeness/shop/pack_run.hpp"

namespace likeness {
namespace {

// "train" of train-images-idx3-ubyte.gz: the names of a data set's files differ in their beginning.
std::string prefix_of(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  return name.substr(0, name.find_first_of("-."));
}

Image to_rgb(std::span<const std::uint8_t> grey, Size size) {
  Image image{.size = size, .pixels = {}};
  image.pixels.reserve(grey.size() * 3);
  for (const std::uint8_t level : grey) image.pixels.insert(image.pixels.end(), 3, level);
  return image;
}

std::span<const std::uint8_t> picture(const IdxImages& images, std::size_t i) {
  const std::size_t bytes = images.pixels.size() / images.count;
  return std::span(images.pixels).subspan(i * bytes, bytes);
}

std::string key_of(const std::string& prefix, std::size_t i) {
  return fmt::format("{}-{:06}", prefix, i + 1);
}

TagTable label_table(const std::string& prefix, std::span<const std::uint8_t> labels) {
  TagTable table;
  table.names = {kDataSetKey, "label"};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    table.rows.push_back({.key = key_of(prefix, i),
                          .line = i + 1,
                          .tags = {{.column = 1, .value = std::to_string(labels[i])}}});
  }
  return table;
}

// A data set's picture, resized if it is not the shop's already.
struct Resized {
  std::span<const std::uint8_t> grey;
  Size from;
  Size to;
  Fit fit;
  Image image = {};
};

// The rules of choose_picture(), for a picture that lies beside others in one file.
Choice choose(const PictureSource& source, Resized& picture, const PackRun& run) {
  const KnownPictures pictures = run.known->pictures();
  Choice choice;
  choice.known = pictures.find(source.key);
  choice.digest = digest(std::as_bytes(picture.grey));
  if (choice.known && choice.known->digest == choice.digest && !choice.known->damaged) {
    choice.verdict = Verdict::kUnchanged;
  } else {
    picture.image = resize(to_rgb(picture.grey, picture.from), picture.to, picture.fit);
    choice.verdict =
        judge(choice.known, pictures, source.path, choice.digest, picture.image.pixels);
    choice.checksum = checksum(std::as_bytes(std::span(picture.image.pixels)));
  }
  if (choice.verdict == Verdict::kNone && choice.known) {
    if (yields_key(*choice.known, run.when_gone)) choice.verdict = Verdict::kFreed;
  }
  if (choice.verdict == Verdict::kNone && choice.known) {
    choice.taken = 1;
    choice.skipped.push_back(
        {.path = source.path.string(), .reason = reason_of_key(source.key, *choice.known)});
    return choice;
  }
  choice.source = &source;
  run.known->found(choice);
  return choice;
}

}  // namespace

Packed pack_idx(const PackRun& run, const std::filesystem::path& images_file,
                const std::filesystem::path& labels_file) {
  const IdxImages images = read_idx_images(images_file);
  const auto labels = read_idx_labels(labels_file);
  if (images.count != labels.size()) {
    throw Error(
        Error::Kind::kInput,
        fmt::format("{}: has {} labels for the {} pictures of {}: name two files that "
                    "belong together",
                    labels_file.string(), labels.size(), images.count, images_file.string()));
  }
  const std::string prefix = prefix_of(images_file);
  const Size size = run.size.value_or(images.size);
  const Fit fit = run.fit.value_or(PackOptions{}.fit);
  Packed packed{.report = {}, .tags = label_table(prefix, labels)};
  PackWriter writer(run.file, size, fit);
  Progress progress(run.work, "pack", "pictures", images.count);
  PictureSource source{.key = {}, .path = std::filesystem::canonical(images_file)};
  for (std::size_t i = 0; i < images.count; ++i) {
    stop_if_asked(run.work.stop);
    progress.advance();
    source.key = key_of(prefix, i);
    Resized resized{.grey = picture(images, i), .from = images.size, .to = size, .fit = fit};
    const Choice choice = choose(source, resized, run);
    if (choice.source != nullptr && choice.verdict != Verdict::kUnchanged) {
      writer.add({.key = source.key,
                  .source = source.path.native(),
                  .digest = choice.digest,
                  .checksum = choice.checksum,
                  .pixels = resized.image.pixels});
    }
    packed.report.add(choice);
  }
  if (writer.count() > 0) writer.commit();
  return packed;
}

}  // namespace likeness
