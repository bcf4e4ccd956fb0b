// Pictures of items larger than those of the shop, from the files that they were packed from.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "likeness/base/file.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/jpeg.hpp"
#include "tests/web/running_service.hpp"

namespace likeness {
namespace {

class Originals : public ServiceTest {
 protected:
  void photograph(const std::string& name, std::uint8_t grey) const {
    const Image image{.size = {.width = 300, .height = 400},
                      .pixels = std::vector<std::uint8_t>(std::size_t{300} * 400 * 3, grey)};
    write_file(path(name), encode_jpeg(image, 90));
  }
  [[nodiscard]] Received picture(const std::string& query) const {
    Client client(address());
    return client.get("/api/v1/items/large/picture" + query);
  }
  static Size size_of(const Received& answer) {
    EXPECT_EQ(answer.status, 200) << answer.body;
    return decode_image(std::as_bytes(std::span(answer.body))).size;
  }
  const Size packed_{.width = 24, .height = 32};
};

TEST_F(Originals, AreShownWhereTheyAreLarger) {
  photograph("pictures/large.jpg", 100);
  make();
  serve({.files = files(), .originals = true});
  EXPECT_TRUE(get("/api/v1/info").at("originals").boolean());
  EXPECT_EQ(size_of(picture("")), packed_);
  EXPECT_EQ(size_of(picture("?size=16")), (Size{.width = 12, .height = 16}));
  EXPECT_EQ(size_of(picture("?size=200")), (Size{.width = 150, .height = 200}));
  EXPECT_EQ(size_of(picture("?size=4000")), (Size{.width = 300, .height = 400}));
  const std::string tag = picture("?size=200").headers.at("etag");
  Client client(address());
  EXPECT_EQ(
      client.get("/api/v1/items/large/picture?size=200", "If-None-Match: " + tag + "\r\n").status,
      304);
}

TEST_F(Originals, AreHiddenUnlessTheyAreToBeShown) {
  photograph("pictures/large.jpg", 100);
  make();
  serve();
  EXPECT_FALSE(get("/api/v1/info").at("originals").boolean());
  EXPECT_EQ(size_of(picture("?size=200")), packed_);
}

TEST_F(Originals, AreNeverAnotherPictureThanThatOfTheItem) {
  photograph("pictures/large.jpg", 100);
  make();
  serve({.files = files(), .originals = true});
  photograph("pictures/large.jpg", 200);  // and not packed again
  const Received changed = picture("?size=200");
  EXPECT_EQ(size_of(changed), packed_);
  EXPECT_FALSE(changed.headers.contains("cache-control"));  // the file may come back
  std::filesystem::remove(path("pictures/large.jpg"));
  EXPECT_EQ(size_of(picture("?size=200")), packed_);
  std::filesystem::create_directory(path("pictures/large.jpg"));
  EXPECT_EQ(size_of(picture("?size=200")), packed_);
  photograph("pictures/other.jpg", 100);
  std::filesystem::remove(path("pictures/large.jpg"));
  std::filesystem::rename(path("pictures/other.jpg"), path("pictures/large.jpg"));
  EXPECT_EQ(size_of(picture("?size=200")), (Size{.width = 150, .height = 200}));
}

}  // namespace
}  // namespace likeness
