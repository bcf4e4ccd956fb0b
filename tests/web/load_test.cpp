// Many items by one request.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/store/store.hpp"
#include "tests/web/running_service.hpp"
#include "tests/web/tar.hpp"

namespace likeness {
namespace {

class LoadItems : public ServiceTest {
 protected:
  using Lines = std::vector<std::pair<std::string, std::int64_t>>;

  // What became of each, as "key" and status; fails if the answer is another.
  [[nodiscard]] Lines load(const std::string& type, const std::string& body) const {
    Client client(address());
    const Received answer =
        ask(client, "POST", "/api/v1/items", body, "Content-Type: " + type + "\r\n");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.headers.at("content-type"), "application/x-ndjson");
    Lines lines;
    for (std::size_t begin = 0; begin < answer.body.size();) {
      const std::size_t end = answer.body.find('\n', begin);
      const Json line = parse_json(answer.body.substr(begin, end - begin), "line");
      lines.emplace_back(line.at("key").text(), line.at("status").integer());
      EXPECT_EQ(line.find("error") != nullptr, lines.back().second >= 400);
      begin = end + 1;
    }
    return lines;
  }

  [[nodiscard]] std::string drawn(std::uint64_t seed) const {
    draw("sent.jpg", seed);
    return bytes_of(path("sent.jpg"));
  }
};

TEST_F(LoadItems, OfATarAreInEveryLaterAnswer) {
  make();
  train_model("a", 3);
  serve();
  std::vector<std::pair<std::string, std::string>> sent;
  Lines expected;
  for (std::uint64_t i = 100; i < 170; ++i) {  // more than are described at a time
    sent.emplace_back("new/" + std::to_string(i) + ".jpg", drawn(i));
    expected.emplace_back("new/" + std::to_string(i), 201);
  }
  sent.emplace_back("new/100.json", R"({"colour": "pink"})");
  sent.emplace_back("new/no.jpg", "no picture");
  expected.emplace_back("new/no", 415);
  sent.emplace_back("new/cut.jpg", drawn(1).substr(0, 300));
  expected.insert(expected.end() - 1, {"new/cut", 422});
  EXPECT_EQ(load("application/x-tar", tar_of(sent)), expected);
  EXPECT_EQ(get("/api/v1/items").at("total").integer(), 82);
  EXPECT_EQ(keys_of(get("/api/v1/items?where=colour%3Dpink"), "items"),
            std::vector<std::string>{"new/100"});
  // Each as if it had come alone.
  Client client(address());
  const std::string alone = "/api/v1/items/alone";
  EXPECT_EQ(ask(client, "PUT", alone, drawn(133), "Content-Type: image/jpeg\r\n").status, 201);
  const Json nearest = get(alone + "/similar?count=1").at("results").array().at(0);
  EXPECT_EQ(nearest.at("key").text(), "new/133");
  EXPECT_EQ(nearest.at("distance").number(), 0.0);
  EXPECT_EQ(Store(files().database(), OpenMode::kReading).check().size(), 0U);
}

TEST_F(LoadItems, OfLinesChangeTagsAndPictures) {
  make();
  serve();
  const Lines done = load("application/x-ndjson",
                          "{\"key\": \"0001\", \"tags\": {\"colour\": null, \"size\": \"s\"}}\n"
                          "{\"key\": \"none\", \"tags\": {\"size\": \"s\"}}\n"
                          "{\"key\": \"0002\", \"tags\": {\"size\": 1}}\n"
                          "{\"key\": \"0001\", \"tags\": {\"size\": \"m\"}}\n"
                          "{\"key\": \"\\u0001\"}\n");
  EXPECT_EQ(done, (Lines{{"0001", 200}, {"none", 404}, {"0002", 400}, {"0001", 200}, {"\1", 400}}));
  EXPECT_EQ(get("/api/v1/items/0001").at("tags"), Json(Json::Object{{"size", "m"}}));
}

TEST_F(LoadItems, AreRefusedAsAWholeWhereTheBodyIsNone) {
  make_line();
  serve();
  Client client(address());
  EXPECT_EQ(ask(client, "POST", "/api/v1/items", "{}", "Content-Type: application/json\r\n").status,
            415);
  EXPECT_EQ(ask(client, "POST", "/api/v1/items", "x", "Content-Type: application/x-tar\r\n").status,
            400);
}

}  // namespace
}  // namespace likeness
