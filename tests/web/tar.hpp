// A tar in memory, for what is sent as one: ustar (POSIX.1-1988), names of at most 99 bytes.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace likeness {

inline constexpr std::size_t kTarBlock = 512;

// Of a header: size in bytes 124 to 135, checksum in 148 to 155, both in octal.
inline void set_tar_size(std::string& tar, std::size_t header, std::size_t size) {
  tar.replace(header + 124, 12, fmt::format("{:011o}", size) + '\0');
  tar.replace(header + 148, 8, "        ");
  std::size_t sum = 0;
  for (std::size_t i = 0; i < kTarBlock; ++i) sum += static_cast<unsigned char>(tar[header + i]);
  tar.replace(header + 148, 8, fmt::format("{:06o}", sum) + '\0' + ' ');
}

inline std::string tar_of(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string tar;
  for (const auto& [name, content] : files) {
    const std::size_t header = tar.size();
    tar.append(kTarBlock, '\0');
    tar.replace(header, name.size(), name);
    tar.replace(header + 100, 7, "0000644");
    tar[header + 156] = '0';  // a regular file
    tar.replace(header + 257, 6, std::string("ustar") + '\0');
    tar.replace(header + 263, 2, "00");
    set_tar_size(tar, header, content.size());
    tar += content;
    tar.resize((tar.size() + kTarBlock - 1) / kTarBlock * kTarBlock, '\0');
  }
  return tar + std::string(2 * kTarBlock, '\0');
}

}  // namespace likeness
