// Items put, changed and removed through the service.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/shop/remove_items.hpp"
#include "tests/web/running_service.hpp"

namespace likeness {
namespace {

using ItemKeys = std::vector<std::string>;

TEST_F(ServiceTest, PutsChangesAndRemovesItems) {
  make();
  train_model("a", 3);
  draw("new.jpg", 99);
  serve();
  Client client(address());
  const std::string picture = bytes_of(path("new.jpg"));
  const std::string jpeg = "Content-Type: image/jpeg\r\n";
  const std::string key = "/api/v1/items/a%20new%2Fone";
  Received answer =
      ask(client, "PUT", key + "?tags=%7B%22colour%22%3A%22pink%22%7D", picture, jpeg);
  EXPECT_EQ(answer.status, 201) << answer.body;
  EXPECT_EQ(get(key).at("tags").at("colour").text(), "pink");
  EXPECT_EQ(keys_of(get("/api/v1/items?where=colour%3Dpink"), "items"), ItemKeys{"a new/one"});
  EXPECT_EQ(get("/api/v1/items/a%20new%2Fone/similar?count=20").at("results").array().size(), 12U);
  EXPECT_EQ(ask(client, "PUT", key, picture, jpeg).status, 200);  // it keeps its tags
  answer = ask(client, "PATCH", key, R"({"tags": {"size": "small", "colour": null}})", "");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(parse_json(answer.body, "").at("tags"), Json(Json::Object{{"size", "small"}}));
  EXPECT_EQ(ask(client, "DELETE", key, "", "").status, 204);
  EXPECT_EQ(client.get(key).status, 404);
  EXPECT_EQ(ask(client, "DELETE", key, "", "").status, 404);
  EXPECT_EQ(get("/api/v1/items").at("total").integer(), 12);
  EXPECT_EQ(Store(files().database(), OpenMode::kReading).check().size(), 0U);
}

TEST_F(ServiceTest, PutsAnotherPictureForAnItem) {
  make();
  train_model("a", 3);
  draw("new.jpg", 99);
  serve();
  Client client(address());
  const std::string before = get("/api/v1/items/0003").at("picture").text();
  const Received answer = ask(client, "PUT", "/api/v1/items/0003", bytes_of(path("new.jpg")),
                              "Content-Type: image/jpeg\r\n");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_NE(get("/api/v1/items/0003").at("picture").text(), before);
  EXPECT_EQ(get("/api/v1/items").at("total").integer(), 12);
}

TEST_F(ServiceTest, RefusesAChangeThatCannotBe) {
  make_line();
  serve();
  const auto status = [&](const std::string& method, const std::string& target,
                          const std::string& body, const std::string& headers = {}) {
    Client client(address());
    return ask(client, method, target, body, headers).status;
  };
  const std::string item = "/api/v1/items/0001";
  EXPECT_EQ(status("PUT", item, "no picture", "Content-Type: image/jpeg\r\n"), 415);
  EXPECT_EQ(status("PUT", item, "", "Content-Type: image/jpeg\r\n"), 415);
  EXPECT_EQ(status("PATCH", item, R"({"tags": {"": "a"}})"), 400);
  EXPECT_EQ(status("PATCH", item, R"({"tags": {"colour": 1}})"), 400);
  EXPECT_EQ(status("PATCH", item, R"({"colour": "red"})"), 400);
  EXPECT_EQ(status("PATCH", item, "{"), 400);
  EXPECT_EQ(status("PATCH", "/api/v1/items/none", R"({"tags": {}})"), 404);
  EXPECT_EQ(status("DELETE", item, "", "X-Forwarded-For: 1.2.3.4\r\n"), 403);
  EXPECT_EQ(status("DELETE", item, "", "Sec-Fetch-Site: cross-site\r\n"), 403);
  EXPECT_EQ(status("DELETE", item, "", "Origin: http://evil.example\r\n"), 403);
  EXPECT_EQ(status("POST", "/api/v1/models/none/activate", ""), 404);
  EXPECT_EQ(get("/api/v1/items").at("total").integer(), 12);
  EXPECT_EQ(status("DELETE", item, "", "Origin: http://localhost\r\n"), 204);
}

// Many at once share packs; each is answered for itself.
TEST_F(ServiceTest, PutsManyAtOnce) {
  make();
  train_model("a", 3);
  for (std::uint64_t i = 0; i < 4; ++i) draw("new" + std::to_string(i) + ".jpg", 50 + i);
  serve();
  {
    std::vector<std::jthread> clients;
    clients.reserve(4);
    for (std::size_t i = 0; i < 4; ++i) {
      clients.emplace_back([this, i] {
        Client client(address());
        const std::string picture = bytes_of(path("new" + std::to_string(i) + ".jpg"));
        for (std::size_t n = 0; n < 10; ++n) {
          const std::string key = "/api/v1/items/" + std::to_string(i) + "-" + std::to_string(n);
          EXPECT_EQ(ask(client, "PUT", key, picture, "Content-Type: image/jpeg\r\n").status, 201);
          EXPECT_EQ(client.get(key).status, 200);
          if (n % 2 == 0) {
            EXPECT_EQ(ask(client, "DELETE", key, "", "").status, 204);
          }
        }
      });
    }
  }
  EXPECT_EQ(get("/api/v1/items").at("total").integer(), 12 + 4 * 5);
  const Store store(files().database(), OpenMode::kReading);
  EXPECT_EQ(store.check().size(), 0U);
  EXPECT_EQ(store.count_items(), 12U + 4U * 5U);
}

// Also where one of those that are written together cannot be.
TEST_F(ServiceTest, PutsTheOthersWhereOneItemIsDamaged) {
  make();
  draw("new.jpg", 99);
  const std::filesystem::path pack = files().packs() / "000001.pack";
  std::string bytes = bytes_of(pack);
  bytes[100] = static_cast<char>(bytes[100] + 1);  // of the first picture
  write_file(pack, std::string_view(bytes));
  serve();
  const std::string picture = bytes_of(path("new.jpg"));
  std::atomic<std::size_t> put = 0;
  std::atomic<std::size_t> failed = 0;
  {
    std::vector<std::jthread> clients;
    clients.reserve(6);
    for (std::size_t i = 0; i < 6; ++i) {
      clients.emplace_back([this, i, &picture, &put, &failed] {
        Client client(address());
        const std::string key = i == 0 ? "0001" : "new" + std::to_string(i);
        const int status =
            ask(client, "PUT", "/api/v1/items/" + key, picture, "Content-Type: image/jpeg\r\n")
                .status;
        ++(status == 201 ? put : failed);
        EXPECT_EQ(status, i == 0 ? 503 : 201) << key;
      });
    }
  }
  EXPECT_EQ(put, 5U);
  EXPECT_EQ(failed, 1U);
}

// A command that changes the shop meanwhile is waited for, and not for ever.
TEST_F(ServiceTest, SaysThatACommandChangesTheShop) {
  make_line();
  serve();
  Client client(address());
  {
    const ShopLock lock(files());
    const Received answer = ask(client, "DELETE", "/api/v1/items/0001", "", "");
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_FALSE(answer.headers.at("retry-after").empty());
  }
  EXPECT_EQ(ask(client, "DELETE", "/api/v1/items/0001", "", "").status, 204);
}

}  // namespace
}  // namespace likeness
