#include "likeness/base/json.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

TEST(Json, WritesMembersInTheirOrder) {
  const Json json = Json::Object{
      {"z", 1}, {"a", Json::Array{true, 0.5, "text", Json()}}, {"empty", Json::Object{}}};
  EXPECT_EQ(json.dump(), R"({"z":1,"a":[true,0.5,"text",null],"empty":{}})");
}

TEST(Json, WritesAnyTextAsJson) {
  EXPECT_EQ(Json("a\"b\\\n\x01").dump(), R"("a\"b\\\n\u0001")");
  EXPECT_EQ(Json("caf\xe9.jpg").dump(), "\"caf\xef\xbf\xbd.jpg\"");
  EXPECT_EQ(Json(std::numeric_limits<double>::quiet_NaN()).dump(), "null");
}

TEST(Json, ReadsWhatItWrites) {
  const Json json = Json::Object{{"n", -3}, {"x", 2.5}, {"t", "\u00e4"}, {"l", Json::Array{1, 2}}};
  EXPECT_EQ(parse_json(json.dump(), "text"), json);
  EXPECT_EQ(json.at("n").integer(), -3);
  EXPECT_EQ(json.at("n").number(), -3.0);
  EXPECT_EQ(json.at("l").array().at(1).integer(), 2);
  EXPECT_EQ(json.find("none"), nullptr);
}

TEST(Json, AsksForTheTypeOfWhatCameFromOutside) {
  const Json json = parse_json(R"({"n":1})", "text");
  EXPECT_THROW((void)json.at("m"), Error);
  EXPECT_THROW((void)json.at("n").text(), Error);
  EXPECT_THROW((void)json.at("n").at("deeper"), Error);
}

TEST(Json, HostileTextIsAnErrorThatNamesItsSource) {
  const std::string deep(100'000, '[');
  for (const std::string& text : {std::string(), std::string("{"), std::string("{} {}"),
                                  std::string("\"\xff\""), std::string("18446744073709551615"),
                                  std::string("{'a':1}"), std::string(R"({"a":1,"b":[],"a":2})"),
                                  std::string("[1e999]"), deep, deep + std::string(100'000, ']')}) {
    try {
      (void)parse_json(text, "head.json");
      ADD_FAILURE() << text.substr(0, 30);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).rfind("head.json: ", 0), 0U) << error.what();
    }
  }
}

TEST(Json, ReadsNamesThatAreEmptyAndValuesThatStandAlone) {
  EXPECT_EQ(parse_json(R"({"":[{}],"a":{"":null}})", "text").dump(), R"({"":[{}],"a":{"":null}})");
  EXPECT_EQ(parse_json("7", "text").integer(), 7);
  EXPECT_EQ(parse_json(R"("t")", "text").text(), "t");
}

// Were each name looked for among all before it, this would take minutes.
TEST(Json, ReadsAnObjectOfManyMembersInATimeThatGrowsWithItsLength) {
  std::string text = "{";
  for (int i = 0; i < 300'000; ++i) text.append("\"").append(std::to_string(i)).append("\":0,");
  text.back() = '}';
  EXPECT_EQ(parse_json(text, "text").object().size(), 300'000U);
}

TEST(Json, RefusesMoreValuesThanItHasRoomFor) {
  std::string text = "[0";
  for (int i = 0; i < 4'000'000; ++i) text += ",0";
  text += "]";
  EXPECT_THROW((void)parse_json(text, "text"), Error);
}

}  // namespace
}  // namespace likeness
