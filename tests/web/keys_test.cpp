#include "likeness/web/keys.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "likeness/base/error.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

class Keys : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "keys"; }
  void write(const std::string& text) const { write_file(file(), std::string_view(text)); }
  [[nodiscard]] std::string text() const {
    const auto bytes = read_file(file());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  [[nodiscard]] NewKey make(const std::string& name, std::vector<Scope> scopes = {Scope::kRead},
                            std::optional<std::uint64_t> days = {}) const {
    return make_key({.file = file(), .name = name, .scopes = std::move(scopes), .days = days});
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Keys, AreFoundByTheirSecretsAlone) {
  const NewKey one = make("one");
  const NewKey two = make("two", {Scope::kWrite, Scope::kMetrics}, 30);
  EXPECT_NE(one.secret, two.secret);
  KeyRing ring(file());
  ASSERT_TRUE(ring.find(one.secret).has_value());
  EXPECT_EQ(ring.find(one.secret)->name, "one");
  EXPECT_EQ(ring.find(two.secret)->name, "two");
  for (const std::string& wrong : {std::string(), one.secret + "a", one.secret.substr(1),
                                   std::string("likeness_"), text().substr(0, 64)}) {
    EXPECT_FALSE(ring.find(wrong).has_value()) << wrong;
  }
}

TEST_F(Keys, StandInTheirFileWithoutTheSecret) {
  const NewKey made = make("a: name", {Scope::kRead, Scope::kMetrics}, 3);
  EXPECT_EQ(text().find(made.secret), std::string::npos);
  const auto keys = read_keys(file());
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].name, "a: name");
  EXPECT_EQ(keys[0].scopes, (std::vector{Scope::kRead, Scope::kMetrics}));
  EXPECT_EQ(keys[0].expires, made.key.expires);
  EXPECT_EQ(keys[0].digest, made.key.digest);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file()).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(Keys, AllowWhatTheirScopesSay) {
  const auto may = [](std::vector<Scope> scopes, Scope scope) {
    return Key{.name = "a", .scopes = std::move(scopes), .expires = {}}.may(scope);
  };
  EXPECT_TRUE(may({Scope::kRead}, Scope::kRead));
  EXPECT_FALSE(may({Scope::kRead}, Scope::kWrite));
  EXPECT_FALSE(may({Scope::kRead}, Scope::kMetrics));
  EXPECT_TRUE(may({Scope::kWrite}, Scope::kRead));
  EXPECT_FALSE(may({Scope::kWrite}, Scope::kAdmin));
  EXPECT_FALSE(may({Scope::kMetrics}, Scope::kRead));
  for (const Scope scope : {Scope::kRead, Scope::kWrite, Scope::kAdmin, Scope::kMetrics}) {
    EXPECT_TRUE(may({Scope::kAdmin}, scope));
  }
}

TEST_F(Keys, ExpireAtTheBeginningOfTheirDay) {
  const Day day = std::chrono::sys_days(std::chrono::year(2027) / 1 / 31);
  const Key key{.name = "a", .scopes = {Scope::kRead}, .expires = day};
  EXPECT_TRUE(key.is_valid(day - std::chrono::days(1)));
  EXPECT_FALSE(key.is_valid(day));
  const NewKey made = make("old");
  std::string line = text();
  line.replace(line.find(":-:"), 3, ":2020-02-29:");
  write(line);
  EXPECT_FALSE(KeyRing(file()).find(made.secret).has_value());
}

TEST_F(Keys, CountNoMoreWhenTheyAreRevoked) {
  const NewKey one = make("one");
  const NewKey two = make("two");
  KeyRing ring(file());
  EXPECT_TRUE(ring.find(one.secret).has_value());
  revoke_key(file(), "one");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  EXPECT_FALSE(ring.find(one.secret).has_value());
  EXPECT_TRUE(ring.find(two.secret).has_value());
  EXPECT_THROW(revoke_key(file(), "one"), Error);
}

TEST_F(Keys, AreNoneWhereTheFileCannotBeRead) {
  const NewKey one = make("one");
  KeyRing ring(file());
  EXPECT_FALSE(ring.problem().has_value());
  write(text() + "nonsense\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  EXPECT_FALSE(ring.find(one.secret).has_value());
  ASSERT_TRUE(ring.problem().has_value());
  EXPECT_NE(ring.problem()->find("line 2"), std::string::npos) << *ring.problem();
}

TEST_F(Keys, FilesAreReadStrictly) {
  const std::string hex(64, 'a');
  write("# who may ask\n\n" + hex + ":read,write:2027-12-31:shop\n" + hex + ":admin:-:me");
  EXPECT_EQ(read_keys(file()).size(), 2U);
  for (const std::string& line :
       {std::string("a"), hex + ":read:-", hex + ":read:-:", hex + "::-:a", hex + ":look:-:a",
        hex + ":read,:-:a", hex + ":read::a", hex + ":read:2027-02-29:a", hex + ":read:27-01-01:a",
        hex + ":read:2027-1-01:a", hex.substr(1) + ":read:-:a", "g" + hex.substr(1) + ":read:-:a",
        "+" + hex.substr(1) + ":read:-:a", hex + ":read:-:a\x01"}) {
    write(line);
    EXPECT_THROW((void)read_keys(file()), Error) << line;
  }
}

TEST_F(Keys, HaveOneNameEach) {
  (void)make("one");
  for (const std::string& name :
       {std::string("one"), std::string(), std::string(101, 'a'), std::string("a\nb")}) {
    EXPECT_THROW((void)make(name), Error) << name;
  }
  EXPECT_THROW((void)make("two", {}), RequestError);
  EXPECT_THROW((void)make("two", {Scope::kRead}, 0), RequestError);
  EXPECT_EQ(read_keys(file()).size(), 1U);
}

}  // namespace
}  // namespace likeness
