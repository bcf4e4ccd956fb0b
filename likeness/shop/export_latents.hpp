// The verb "export": the active model's latents for NumPy, and the keys beside them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "likeness/base/json.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct ExportRequest {
  ShopFiles files;
  std::filesystem::path file;  // FILE.npy
};

struct ExportOutcome {
  std::filesystem::path file;
  std::filesystem::path keys;  // FILE.keys.txt: a key a line, in the order of the latents
  std::string model;
  std::size_t items = 0;
  std::size_t dimensions = 0;
};

// Error::kNotFound if there are no latents.
[[nodiscard]] ExportOutcome export_latents(const ExportRequest& request);

[[nodiscard]] Json to_json(const ExportOutcome& outcome);

}  // namespace likeness
