#include "likeness/catalogue/choose_picture.hpp"

#include <algorithm>
#include <cassert>
#include <new>
#include <system_error>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/picture_format.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

// Smaller files are read at once: their head lies in memory then.
constexpr std::uintmax_t kReadAtOnce = 1U << 20U;

bool is_picture(std::span<const std::byte> bytes) {
  return looks_like_picture(bytes.first(std::min(bytes.size(), kPictureHeadBytes)));
}

std::string reason_of(const Error& error, const PictureSource& source) {
  const std::string message = error.what();
  const std::string prefix = source.path.string() + ": ";
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

std::string has_key(std::string_view key) { return "has the key \"" + std::string(key) + "\" of "; }

// The item's own path comes first.
std::vector<const PictureSource*> in_order(std::span<const PictureSource> candidates,
                                           const std::optional<KnownPicture>& known) {
  std::vector<const PictureSource*> order;
  order.reserve(candidates.size());
  for (const PictureSource& source : candidates) order.push_back(&source);
  if (known) {
    std::ranges::stable_partition(
        order, [&](const PictureSource* source) { return source->path.native() == known->path; });
  }
  return order;
}

// The path that was written down may lead through a link to the same file.
bool is_path_of(const KnownPicture& known, const std::filesystem::path& path) {
  std::error_code error;  // false where either is not there
  return path.native() == known.path || std::filesystem::equivalent(known.path, path, error);
}

class Chooser {
 public:
  Chooser(const KnownPictures& pictures, const PackOptions& options, std::span<std::uint8_t> record)
      : pictures_(pictures), options_(options), record_(record) {}

  Choice choose(std::span<const PictureSource> candidates) && {
    choice_.known = pictures_.find(candidates.front().key);
    for (const PictureSource* source : in_order(candidates, choice_.known)) {
      choice_.source == nullptr ? consider(*source) : leave(*source);
    }
    settle_others();
    const bool is_packed = choice_.source != nullptr && choice_.verdict != Verdict::kUnchanged;
    if (is_packed) choice_.checksum = checksum(std::as_bytes(record_));
    return std::move(choice_);
  }

 private:
  void consider(const PictureSource& source) {
    const FileStamp stamp = stamp_of(source.path);
    if (const auto known = as_it_was(source, stamp)) {
      return take(source, *known, stamp, Verdict::kUnchanged);
    }
    const auto bytes = read(source);
    if (!bytes) return;
    const Digest found = digest(*bytes);
    if (choice_.known && choice_.known->digest == found && !choice_.known->damaged) {
      return take(source, found, stamp, Verdict::kUnchanged);
    }
    if (!decode(source, *bytes)) return;
    const Verdict verdict = judge(choice_.known, pictures_, source.path, found, record_);
    verdict == Verdict::kNone ? others_.push_back(&source) : take(source, found, stamp, verdict);
  }

  // The digest of a file that did not change since it was known.
  [[nodiscard]] std::optional<Digest> as_it_was(const PictureSource& source,
                                                const FileStamp& stamp) const {
    const auto& known = choice_.known;
    if (!known || options_.read_all || !stamp.is_known()) return std::nullopt;
    if (known->stamp != stamp || known->path != source.path.native()) return std::nullopt;
    return known->digest;
  }

  // Another picture gets the key only when none turned out to be the item's.
  void settle_others() {
    const bool is_free = choice_.source == nullptr && !others_.empty() && choice_.known &&
                         yields_key(*choice_.known, options_.when_gone);
    for (const PictureSource* source : others_) {
      if (is_free && choice_.source == nullptr) {
        const FileStamp stamp = stamp_of(source->path);
        const auto bytes = read(*source);
        if (bytes && decode(*source, *bytes)) {
          take(*source, digest(*bytes), stamp, Verdict::kFreed);
        }
      } else {
        refuse(*source);
      }
    }
  }

  void take(const PictureSource& source, const Digest& digest, const FileStamp& stamp,
            Verdict verdict) {
    choice_.source = &source;
    choice_.digest = digest;
    choice_.stamp = stamp;
    choice_.verdict = verdict;
  }

  // The key is another file's.
  void leave(const PictureSource& source) {
    try {
      const auto head = read_head(source.path, kPictureHeadBytes);
      if (head.empty()) return skip(source, "is empty");
      is_picture(head) ? refuse(source) : ignore(source);
    } catch (const Error& error) {
      skip(source, reason_of(error, source));
    }
  }

  void refuse(const PictureSource& source) {
    ++choice_.taken;
    if (choice_.source != nullptr) {
      skip(source, has_key(source.key) + choice_.source->path.string() + ", which is kept");
    } else if (choice_.known) {
      skip(source, reason_of_key(source.key, *choice_.known));
    }
  }

  std::optional<std::vector<std::byte>> read(const PictureSource& source) {
    try {
      std::error_code error;
      const auto size = std::filesystem::file_size(source.path, error);
      const bool is_large = !error && size > kReadAtOnce;
      if (is_large && !is_picture(read_head(source.path, kPictureHeadBytes))) {
        ignore(source);
        return std::nullopt;
      }
      auto bytes = read_file(source.path, options_.max_file_bytes);
      if (bytes.empty() || is_picture(bytes)) return bytes;
      ignore(source);
    } catch (const Error& error) {
      skip(source, reason_of(error, source));
    } catch (const std::bad_alloc&) {
      skip(source, "needs more memory than there is");
    }
    return std::nullopt;
  }

  bool decode(const PictureSource& source, std::span<const std::byte> bytes) {
    try {
      std::ranges::copy(to_record(bytes, options_).pixels, record_.begin());
      return true;
    } catch (const Error& error) {
      skip(source, reason_of(error, source));
    } catch (const std::bad_alloc&) {
      skip(source, "needs more memory than there is");
    }
    return false;
  }

  void ignore(const PictureSource& source) {
    if (source.listed) return skip(source, "is no picture by its first bytes");
    choice_.ignored.push_back(source.path.string());
  }
  void skip(const PictureSource& source, std::string reason) {
    choice_.skipped.push_back({.path = source.path.string(), .reason = std::move(reason)});
  }

  const KnownPictures& pictures_;
  const PackOptions& options_;
  std::span<std::uint8_t> record_;
  Choice choice_;
  std::vector<const PictureSource*> others_;  // good pictures, but not the item's
};

}  // namespace

Image to_record(std::span<const std::byte> file, const PackOptions& options) {
  return decode_resized(file, options.size, options.fit,
                        {.max_pixels = options.max_pixels, .memory = options.memory});
}

Choice choose_picture(std::span<const PictureSource> candidates, const KnownPictures& pictures,
                      const PackOptions& options, std::span<std::uint8_t> record) {
  assert(!candidates.empty());
  return Chooser(pictures, options, record).choose(candidates);
}

Verdict judge(const std::optional<KnownPicture>& known, const KnownPictures& pictures,
              const std::filesystem::path& path, const Digest& digest,
              std::span<const std::uint8_t> record) {
  if (!known) return Verdict::kNew;
  if (known->damaged && known->digest == digest) return Verdict::kReplaced;
  if (!known->damaged && pictures.has_pixels(known->place, record)) return Verdict::kUnchanged;
  return is_path_of(*known, path) ? Verdict::kReplaced : Verdict::kNone;
}

bool yields_key(const KnownPicture& known, WhenGone when_gone) {
  return (known.removed || when_gone == WhenGone::kRemove) && is_gone(known.path);
}

std::string reason_of_key(std::string_view key, const KnownPicture& known) {
  const std::string path =
      known.path.empty() ? "a picture that was sent" : to_printable(known.path);
  if (known.removed) return has_key(key) + path + ", which was removed";
  if (is_gone(known.path)) return has_key(key) + "an item whose file is gone, " + path;
  return has_key(key) + path + ", which is in the shop";
}

}  // namespace likeness
