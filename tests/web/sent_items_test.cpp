#include "likeness/web/sent_items.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "likeness/catalogue/utf8.hpp"
#include "tests/web/tar.hpp"

namespace likeness {
namespace {

std::vector<SentItem> sent(const std::string& type, const std::string& body) {
  HttpRequest request;
  request.headers = {{"content-type", type}};
  request.body = body;
  return sent_items(request);
}

int status_of_refusal(const std::string& type, const std::string& body) {
  try {
    (void)sent(type, body);
  } catch (const HttpProblem& problem) {
    return problem.status;
  }
  return 0;
}

constexpr const char* kLines = "application/x-ndjson";
constexpr const char* kTar = "application/x-tar";

TEST(SentItems, AreLinesOfWhichAWrongOneSpoilsNoOther) {
  const auto items = sent(kLines,
                          "{\"key\": \"a\", \"picture\": \"AQID\", \"tags\": {\"b\": \"c\"}}\r\n"
                          "\n"
                          "{\"key\": \"b\"\n"
                          "{\"key\": \"c\", \"picture\": \"A*\"}\n"
                          "{\"key\": \"d\", \"colour\": \"red\"}\n"
                          "{\"picture\": \"AQID\"}\n"
                          "[1]\n"
                          "{\"key\": \"e\", \"tags\": [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}\n"
                          "{\"key\": \"f\", \"picture\": \"\"}");
  ASSERT_EQ(items.size(), 8U);
  EXPECT_EQ(items[0].key, "a");
  EXPECT_EQ(items[0].picture, "\1\2\3");
  EXPECT_EQ(items[0].tags, Json(Json::Object{{"b", "c"}}));
  EXPECT_FALSE(items[0].problem);
  for (std::size_t i = 1; i < 7; ++i) {
    ASSERT_TRUE(items[i].problem) << i;
    EXPECT_EQ(items[i].problem->status, 400) << i;
  }
  EXPECT_EQ(items[2].problem->where, "picture");
  EXPECT_EQ(items[7].picture, "");
}

TEST(SentItems, OfATarHaveTheirPathsAsKeysAndTagsBeside) {
  const std::string green = "Bl\u00fcse/gr\u00fcn";
  const auto items = sent(kTar, tar_of({{"shirts/1.jpg", "one"},
                                        {"./shirts/2.x.png", "two"},
                                        {"shirts/1.json", R"({"colour": "red"})"},
                                        {green + ".jpg", "three"},
                                        {"none.json", "{"},
                                        {".hidden", "four"}}));
  ASSERT_EQ(items.size(), 5U);
  EXPECT_EQ(items[0].key, ".hidden");
  EXPECT_EQ(items[1].key, to_nfc(green));
  EXPECT_EQ(items[1].picture, "three");
  EXPECT_EQ(items[2].key, "none");
  EXPECT_EQ(items[2].problem->where, "tags");
  EXPECT_EQ(items[3].key, "shirts/1");
  EXPECT_EQ(items[3].picture, "one");
  EXPECT_EQ(items[3].tags, Json(Json::Object{{"colour", "red"}}));
  EXPECT_EQ(items[4].key, "shirts/2.x");
  EXPECT_FALSE(items[4].tags);
}

TEST(SentItems, OfOneKeyInATarAreAProblemOfThatKey) {
  const auto items = sent(kTar, tar_of({{"1.jpg", "one"}, {"1.png", "two"}, {"2.jpg", "three"}}));
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].problem->where, "key");
  EXPECT_FALSE(items[1].problem);
}

TEST(SentItems, AreRefusedWhereTheyAreNone) {
  EXPECT_EQ(status_of_refusal("application/json", "{}"), 415);
  EXPECT_EQ(status_of_refusal("", ""), 415);
  EXPECT_EQ(status_of_refusal(kTar, "no tar at all"), 400);
  const std::string whole = tar_of({{"1.jpg", std::string(3000, 'x')}});
  for (const std::size_t size : {1U, 511U, 513U, 2000U}) {
    EXPECT_EQ(status_of_refusal(kTar, whole.substr(0, size)), 400) << size;
  }
  std::string lines;
  for (std::size_t i = 0; i <= kMostSentItems; ++i) lines += "{}\n";
  EXPECT_EQ(status_of_refusal(kLines, lines), 413);
  EXPECT_EQ(sent(kLines, "").size(), 0U);
}

// A header that promises more than was sent, as one of a sparse file may.
TEST(SentItems, TakeNoMoreMemoryThanWasSent) {
  std::string tar = tar_of({{"1.jpg", "one"}});
  set_tar_size(tar, 0, std::size_t{1} << 32U);
  EXPECT_EQ(status_of_refusal(kTar, tar), 400);
}

}  // namespace
}  // namespace likeness
