// Pictures that somebody sent, kept for an hour and in bounds, so that they can be asked with
// again.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

struct KeptPicture {
  Image record;
  // By a model that saw more of it, and the checksum of its weights; none: the record is all.
  std::vector<float> latent = {};
  std::string weights = {};
};

class KeptPictures {
 public:
  using Clock = std::chrono::steady_clock;

  explicit KeptPictures(std::size_t most = 4096, std::chrono::seconds time = std::chrono::hours(1))
      : most_(most), time_(time) {}

  // Its name, which nobody can guess. When there are too many the one that was used longest ago
  // goes.
  [[nodiscard]] std::string keep(KeptPicture picture);
  // Nothing if there is none of this name, or its hour is over.
  [[nodiscard]] std::optional<KeptPicture> find(const std::string& name);
  [[nodiscard]] std::size_t count() const;

 private:
  struct Kept {
    std::string name;
    KeptPicture picture;
    Clock::time_point until;
  };

  const std::size_t most_;
  const std::chrono::seconds time_;
  mutable std::mutex mutex_;
  std::list<Kept> kept_;  // the one that was used last comes first
};

}  // namespace likeness
