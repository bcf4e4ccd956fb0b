// Heads that lie: about where tensors are, how many there are, what they are called.
#include "likeness/encoder/safetensors.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "likeness/base/bytes.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

class Safetensors : public testing::Test {
 protected:
  // A file of this head and so many values of 0, with the checksum that reading asks for: without
  // tensors it does not depend on the head.
  [[nodiscard]] std::vector<std::byte> file_with(std::string tensors, std::size_t values) const {
    TensorFile whole;
    whole.texts = {{"format", "test"}};
    whole.tensors = {{.name = "all", .dimensions = {values}, .values = std::vector<float>(values)}};
    if (!tensors.empty()) tensors.insert(0, ",");
    const std::string head = fmt::format(
        R"({{"__metadata__":{{"format":"test","checksum":"{}"}}{}}})", checksum_of(whole), tensors);
    ByteWriter file;
    file.write_u64(head.size());
    file.write_text(head);
    file.write_bytes(std::as_bytes(std::span(whole.tensors[0].values)));
    return {file.bytes().begin(), file.bytes().end()};
  }

  static std::string tensor(const std::string& name, std::size_t begin, std::size_t end) {
    return fmt::format(R"("{}":{{"dtype":"F32","shape":[{}],"data_offsets":[{},{}]}})", name,
                       (end - begin) / 4, begin, end);
  }

  [[nodiscard]] std::string complaint(const std::string& tensors, std::size_t values) const {
    try {
      (void)read_tensors(file_with(tensors, values), "file");
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kCorrupt);
      return error.what();
    }
    return "";
  }
};

TEST_F(Safetensors, MayBeNamedInAnyOrderAsLongAsTheyCoverTheData) {
  EXPECT_EQ(complaint(tensor("a", 0, 8) + "," + tensor("b", 8, 12), 3), "");
  EXPECT_EQ(complaint(tensor("b", 8, 12) + "," + tensor("a", 0, 8), 3), "");
  EXPECT_EQ(complaint(tensor("a", 0, 12) + "," + tensor("empty", 12, 12), 3), "");
}

TEST_F(Safetensors, BytesLieBesideTensors) {
  TensorFile file;
  file.tensors = {{.name = "a", .dimensions = {3}, .values = {1.0F, 2.0F, 3.0F}}};
  file.blobs = {{.name = "b.onnx", .bytes = {std::byte{7}, std::byte{0}, std::byte{9}}},
                {.name = "empty", .bytes = {}}};
  const auto bytes = bytes_of(file);
  const TensorFile again = read_tensors(bytes, "file");
  EXPECT_EQ(again.tensor("a", "file").values, file.tensors[0].values);
  EXPECT_EQ(again.blob("b.onnx", "file").bytes, file.blobs[0].bytes);
  EXPECT_TRUE(again.blob("empty", "file").bytes.empty());
  EXPECT_THROW((void)again.blob("c", "file"), Error);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW((void)read_tensors(std::span(bytes).first(size), "file"), Error) << size;
  }
}

TEST_F(Safetensors, MustNotOverlapNorLeaveGaps) {
  EXPECT_NE(complaint(tensor("a", 0, 12) + "," + tensor("b", 8, 12), 3), "");
  EXPECT_NE(complaint(tensor("a", 0, 12) + "," + tensor("b", 0, 12), 3), "");
  EXPECT_NE(complaint(tensor("a", 0, 4) + "," + tensor("b", 8, 12), 3), "");
  EXPECT_NE(complaint(tensor("a", 4, 12), 3), "");
  EXPECT_NE(complaint(tensor("a", 0, 8), 3), "");
  EXPECT_NE(complaint("", 3), "");
  EXPECT_NE(complaint(tensor("a", 0, 16), 3), "");
}

TEST_F(Safetensors, MustHaveNamesOfTheirOwn) {
  EXPECT_NE(complaint(tensor("a", 0, 8) + "," + tensor("a", 8, 12), 3).find("twice"),
            std::string::npos);
}

// 3,000 tensors that each claim all of 4 MB would be 12 GB.
TEST_F(Safetensors, AreRefusedBeforeTheyAreCopied) {
  constexpr std::size_t kValues = 1'000'000;
  std::string tensors;
  for (int i = 0; i < 3000; ++i) {
    tensors += (i == 0 ? "" : ",") + tensor(std::to_string(i), 0, 4 * kValues);
  }
  EXPECT_NE(complaint(tensors, kValues).find("overlap"), std::string::npos);
}

TEST_F(Safetensors, AreFoundByNameInATimeThatGrowsWithTheirNumber) {
  constexpr std::size_t kCount = 80'000;
  std::string tensors;
  for (std::size_t i = 0; i < kCount; ++i) {
    tensors += (i == 0 ? "" : ",") + tensor(std::to_string(i), 4 * i, 4 * (i + 1));
  }
  const TensorFile file = read_tensors(file_with(tensors, kCount), "file");
  for (std::size_t i = 0; i < kCount; ++i) {
    EXPECT_EQ(file.tensor(std::to_string(i), "file").values.size(), 1U);
  }
  EXPECT_THROW((void)file.tensor("80000", "file"), Error);
}

TEST_F(Safetensors, AHeadLongerThanAnyOfOursIsNotRead) {
  ByteWriter file;
  file.write_u64((64U << 20U) + 8);
  file.write_text(std::string((64U << 20U) + 8, ' '));
  EXPECT_THROW((void)read_tensors(file.bytes(), "file"), Error);
}

}  // namespace
}  // namespace likeness
