// k-means on the rows of a .npy file, for bench/peers/kmeans.py, which times scikit-learn on the
// same file beside it: kmeans_once FILE.npy CLUSTERS STARTS THREADS
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/mapped_file.hpp"
#include "likeness/neighbours/kmeans.hpp"

namespace likeness {
namespace {

struct Matrix {
  std::vector<float> values;
  std::size_t columns = 0;
};

[[noreturn]] void refuse(const std::string& path, const char* reason) {
  throw Error(Error::Kind::kInput, path + ": " + reason + "; write it with numpy.save as float32");
}

// Version 1 of the format: 6 bytes magic, 2 bytes version, 2 bytes length of a Python dictionary.
Matrix read_npy(const std::string& path) {
  const MappedFile file(path);
  const auto bytes = file.bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(std::string_view("\x93NUMPY\x01", 7)) || text.size() < 10) {
    refuse(path, "no .npy file of version 1");
  }
  const std::size_t length =
      static_cast<unsigned char>(text[8]) + 256U * static_cast<unsigned char>(text[9]);
  const auto head = text.substr(10, length);
  if (head.find("'<f4'") == std::string_view::npos ||
      head.find("'fortran_order': False") == std::string_view::npos) {
    refuse(path, "not float32 row by row");
  }
  std::size_t rows = 0;
  Matrix matrix;
  const std::size_t open = head.find('(');
  const std::size_t comma = head.find(',', open);
  if (comma == std::string_view::npos) refuse(path, "no shape");
  std::from_chars(head.data() + open + 1, head.data() + comma, rows);
  std::from_chars(head.data() + comma + 2, head.data() + head.size(), matrix.columns);
  if (rows == 0 || matrix.columns == 0 ||
      (text.size() - 10 - length) / sizeof(float) / matrix.columns < rows) {
    refuse(path, "shorter than its shape");
  }
  matrix.values.resize(rows * matrix.columns);
  std::memcpy(matrix.values.data(), text.data() + 10 + length,
              matrix.values.size() * sizeof(float));
  return matrix;
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() != 4) {
    std::fprintf(stderr, "usage: kmeans_once FILE.npy CLUSTERS STARTS THREADS\n");
    return 2;
  }
  const Matrix matrix = read_npy(arguments[0]);
  const KMeansOptions options{.clusters = std::stoul(arguments[1]),
                              .starts = std::stoul(arguments[2]),
                              .threads = std::stoul(arguments[3])};
  const auto begin = std::chrono::steady_clock::now();
  const auto found = k_means(Rows(matrix.values, matrix.columns), options);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::printf("{\"seconds\": %.4f, \"inertia\": %.6f, \"iterations\": %zu, \"compared\": %.3f}\n",
              seconds.count(), found.inertia, found.report.inertia.size(), found.report.compared);
  return 0;
}

}  // namespace
}  // namespace likeness

int main(int count, char** arguments) try {
  return likeness::run({arguments + 1, arguments + count});
} catch (const std::exception& error) {
  std::fprintf(stderr, "kmeans_once: %s\n", error.what());
  return 1;
}
