// likeness serve postgresql://...: the answers of a shop, of what was published alone.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <regex>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/pack.hpp"
#include "likeness/shop/remove_items.hpp"
#include "likeness/shop/shop.hpp"
#include "tests/postgres/near_results.hpp"
#include "tests/postgres/published_service.hpp"

namespace likeness {
namespace {

// What a shop shows of a picture's version a database does not know.
std::string without_versions(const std::string& body) {
  return std::regex_replace(body, std::regex(R"(\?v=[0-9a-f-]+)"), "");
}

TEST_F(PublishedServiceTest, AnswersWithoutAShopBeside) {
  (void)publish({.files = files(), .address = database_, .pictures = true}, work_);
  serve({.search = database_});
  EXPECT_EQ(wait_until_ready(200).status, 200);
  Client here(address());
  Client there(serve_home());
  for (const char* target :
       {"/api/v1/items?order=key", "/api/v1/items?order=key&count=5&after=0003",
        "/api/v1/items?order=key&offset=4&count=3", "/api/v1/items?order=key&search=00",
        "/api/v1/items?order=key&search=7", "/api/v1/items?order=key&where=colour%3Dred&count=2",
        "/api/v1/items?order=key&where=colour%3Drad", "/api/v1/tags",
        "/api/v1/tags?where=colour%3Dred&count=1", "/api/v1/items/0004",
        "/api/v1/items/none/picture"}) {
    const Received ours = here.get(target);
    const Received theirs = there.get(target);
    EXPECT_EQ(ours.status, theirs.status) << target << ours.body;
    if (theirs.status == 200) {
      EXPECT_EQ(ours.body, without_versions(theirs.body)) << target;
    }
  }
  EXPECT_EQ(get("/api/v1/items").at("items"), get("/api/v1/items?order=key").at("items"));
  EXPECT_EQ(field_of(get("/api/v1/items?order=added", 400)), "order");
  for (const char* asked : {"", "&distinct=true", "&by=clusters"}) {
    const std::string target = std::string(kSimilar) + asked;
    EXPECT_EQ(here.get(target).status, there.get(target).status) << target;
  }
  expect_near(get(kSimilar), parse_json(without_versions(there.get(kSimilar).body), "home"),
              kSimilar);
  const Json info = get("/api/v1/info");
  EXPECT_FALSE(info.at("shop").boolean());
  EXPECT_EQ(info.at("items"), Json(std::size_t{12}));
  const Json at_home = parse_json(there.get("/api/v1/info").body, "home");
  for (const char* member : {"items", "tags", "active_model", "limits"}) {
    EXPECT_EQ(info.at(member), at_home.at(member)) << member;
  }
  for (const char* member : {"width", "height"}) {
    EXPECT_EQ(info.at("pictures").at(member), at_home.at("pictures").at(member)) << member;
  }
}

TEST_F(PublishedServiceTest, ShowsThePicturesThatWerePublished) {
  publish_shop();
  serve({.search = database_});
  EXPECT_EQ(get("/api/v1/info").at("pictures"), Json());
  (void)get("/api/v1/items/0004/picture", 409);
  (void)publish({.files = files(), .address = database_, .pictures = true}, work_);
  Client client(address());
  const Received answer = client.get("/api/v1/items/0004/picture?size=40", "Accept: image/png\r\n");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Image shown = decode_image(std::as_bytes(std::span(answer.body)));
  const Pack pack(files().packs() / pack_name(1));
  ASSERT_EQ(shown.size, pack.size());
  const auto difference = [&](std::size_t record) {
    int sum = 0;
    for (std::size_t i = 0; i < shown.pixels.size(); ++i) {
      sum += std::abs(int{shown.pixels[i]} - int{pack.record(record)[i]});
    }
    return sum;
  };
  for (std::size_t other = 0; other < pack.count(); ++other) {
    EXPECT_EQ(difference(other) <= difference(3), other == 3) << other;
  }
  EXPECT_EQ(client
                .get("/api/v1/items/0004/picture?size=40",
                     "Accept: image/png\r\nIf-None-Match: " + answer.headers.at("etag") + "\r\n")
                .status,
            304);
}

TEST_F(PublishedServiceTest, SaysWhatNeedsAShop) {
  publish_shop();
  serve({.search = database_});
  Client client(address());
  for (const char* target : {"/api/v1/clusters", "/api/v1/clusters/0", "/api/v1/duplicates",
                             "/api/v1/space", "/api/v1/atlas/0", "/api/v1/models", "/api/v1/jobs",
                             "/api/v1/jobs/1", "/api/v1/items?number=1"}) {
    EXPECT_EQ(client.get(target).status, 409) << target;
  }
  const auto refused = [&](const std::string& method, const std::string& target,
                           const std::string& body, const std::string& type) {
    const Received answer = ask(client, method, target, body, "Content-Type: " + type + "\r\n");
    EXPECT_EQ(answer.status, 409) << method << ' ' << target << answer.body;
  };
  const std::string picture = bytes_of(path("pictures/0007.jpg"));
  refused("POST", "/api/v1/recommend", picture, "image/jpeg");
  refused("POST", "/api/v1/recommend", R"({"liked": [{"picture": "x"}]})", "application/json");
  refused("POST", "/api/v1/pictures", picture, "image/jpeg");
  refused("PUT", "/api/v1/items/new", picture, "image/jpeg");
  refused("PATCH", "/api/v1/items/0001", R"({"tags": {"colour": "red"}})", "application/json");
  refused("DELETE", "/api/v1/items/0001", "", "text/plain");
  refused("POST", "/api/v1/items", "{}", "application/x-ndjson");
  refused("POST", "/api/v1/jobs", R"({"verb": "embed"})", "application/json");
  refused("DELETE", "/api/v1/jobs/1", "", "text/plain");
  refused("POST", "/api/v1/models/small/activate", "", "text/plain");
  refused("POST", "/api/v1/snapshot", "", "text/plain");
  EXPECT_EQ(get("/api/v1/items").at("total"), Json(std::size_t{12}));
}

TEST_F(PublishedServiceTest, CountsTagsAlsoWhereAnOlderProgramPublished) {
  publish_shop();
  (void)remove_items({.files = files(), .keys = {"0004"}});
  publish_shop();
  serve({.search = database_});
  const std::string counted = get("/api/v1/tags").dump();
  EXPECT_EQ(get("/api/v1/tags?where=colour%3Dred").at("tags").array().size(), 1U);
  order("UPDATE likeness.tag_items SET items = items + 1");  // so that it is seen to be asked
  EXPECT_NE(get("/api/v1/tags").dump(), counted);
  order("DROP TABLE likeness.tag_items");
  EXPECT_EQ(get("/api/v1/tags").dump(), counted);
}

TEST_F(PublishedServiceTest, SeveralDatabasesListTheirItemsTogether) {
  const std::string second = new_database();
  for (const auto& [address, rest] : {std::pair(database_, 0), std::pair(second, 1)}) {
    const ShopFiles half{.folder = path("half" + std::to_string(rest))};
    std::filesystem::copy(files().folder, half.folder, std::filesystem::copy_options::recursive);
    for (int i = 1; i <= 12; ++i) {
      const std::string key = (i < 10 ? "000" : "00") + std::to_string(i);
      if (i % 2 == rest) (void)remove_items({.files = half, .keys = {key}});
    }
    (void)publish({.files = half, .address = address}, work_);
  }
  serve({.search = database_ + "," + second});
  const Json page = get("/api/v1/items?count=4&offset=3");
  EXPECT_EQ(keys_of(page, "items"), (std::vector<std::string>{"0004", "0005", "0006", "0007"}));
  EXPECT_EQ(page.at("next").text(), "0007");
  EXPECT_EQ(page.at("total"), Json(std::size_t{12}));
  EXPECT_EQ(field_of(get("/api/v1/items?offset=20000", 400)), "offset");
  Client there(serve_home());
  EXPECT_EQ(get("/api/v1/tags").dump(), there.get("/api/v1/tags").body);
}

}  // namespace
}  // namespace likeness
