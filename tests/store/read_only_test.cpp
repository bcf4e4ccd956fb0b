// A database that may only be read: of another owner, or on a read-only medium. Each test reads in
// a process of its own that has given up what it may do.
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <functional>
#include <set>

#include "likeness/base/error.hpp"
#include "tests/store/first_version.hpp"
#include "tests/store/store_fixture.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

constexpr auto kMayRead = fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
constexpr auto kMayEnter = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;

class ReadOnly : public StoreFixture {
 protected:
  ReadOnly() { fs::create_directory(shop_); }
  ~ReadOnly() override { fs::permissions(shop_, fs::perms::owner_all); }

  // Everything that `act` says, in a process that may not write to the shop.
  [[nodiscard]] std::string as_reader(const std::function<std::string()>& act) const {
    for (const auto& entry : fs::directory_iterator(shop_)) fs::permissions(entry.path(), kMayRead);
    fs::permissions(shop_, kMayRead | kMayEnter);
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const std::string said = give_up_rights() ? said_by(act) : "still root";
      const auto written = ::write(pipe[1], said.data(), said.size());
      ::_exit(written == static_cast<ssize_t>(said.size()) ? 0 : 1);
    }
    ::close(pipe[1]);
    std::string said;
    std::array<char, 512> some{};
    for (ssize_t size = 1; size > 0;) {
      size = ::read(pipe[0], some.data(), some.size());
      if (size > 0) said.append(some.data(), static_cast<std::size_t>(size));
    }
    ::close(pipe[0]);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    fs::permissions(shop_, fs::perms::owner_all);
    for (const auto& entry : fs::directory_iterator(shop_)) {
      fs::permissions(entry.path(), fs::perms::owner_read | fs::perms::owner_write);
    }
    return said;
  }

  [[nodiscard]] std::string keys_as_reader() const {
    return as_reader([this] { return all_keys(Store(database_, OpenMode::kReading)); });
  }

  static std::string all_keys(const Store& store) {
    std::string all;
    for (const std::string& key : keys(store)) all += key + " ";
    return all;
  }

  [[nodiscard]] std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(shop_)) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }

  // A shop whose last change stands in its -wal alone, as a killed writer leaves it.
  void leave_changes(bool with_shm) const {
    const fs::path whole = folder_ / "whole.db";
    Store writer(whole, OpenMode::kCreate);
    fill(writer);
    const Store reader(whole, OpenMode::kReading);  // keeps the change out of the file itself
    auto transaction = writer.begin();
    EXPECT_TRUE(writer.remove_item("b"));
    transaction.commit();
    fs::copy_file(whole, database_);
    fs::copy_file(whole.string() + "-wal", database_.string() + "-wal");
    if (with_shm) fs::copy_file(whole.string() + "-shm", database_.string() + "-shm");
  }

  fs::path shop_ = folder_ / "shop";
  fs::path database_ = shop_ / "shop.db";

 private:
  static bool give_up_rights() {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() != 0) return true;
    return ::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
           ::setresuid(kNobody, kNobody, kNobody) == 0;
  }

  static std::string said_by(const std::function<std::string()>& act) {
    try {
      return act();
    } catch (const std::exception& error) {
      return error.what();
    }
  }
};

TEST_F(ReadOnly, IsReadAsItIsAndNothingIsMadeBesideIt) {
  {
    Store store(database_, OpenMode::kCreate);
    fill(store);
  }
  EXPECT_EQ(keys_as_reader(), "a b c ");
  EXPECT_EQ(files(), std::set<std::string>{"shop.db"});
}

TEST_F(ReadOnly, WhatAKilledWriterLeftBesideItIsNotOverlooked) {
  leave_changes(false);
  EXPECT_EQ(keys_as_reader(), "a c ");
  EXPECT_EQ(files(), (std::set<std::string>{"shop.db", "shop.db-wal"}));
}

TEST_F(ReadOnly, WhatAKilledWriterLeftWithItsIndexIsNotOverlooked) {
  leave_changes(true);
  EXPECT_EQ(keys_as_reader(), "a c ");
}

TEST_F(ReadOnly, AnOlderVersionIsReadInACopyThatIsUpToDate) {
  make_first_version(database_);
  const std::string said =
      as_reader([this] { return Store(database_, OpenMode::kReading).tag_names().front(); });
  EXPECT_EQ(said, "colour");
}

TEST_F(ReadOnly, IsReadWhileAnotherWritesToIt) {
  Store writer(database_, OpenMode::kCreate);
  fill(writer);
  EXPECT_EQ(keys_as_reader(), "a b c ");
  auto transaction = writer.begin();
  EXPECT_TRUE(writer.remove_item("a"));
  EXPECT_EQ(keys_as_reader(), "a b c ");
  transaction.commit();
  EXPECT_EQ(keys_as_reader(), "b c ");
}

TEST_F(ReadOnly, IsAnErrorWhenItIsChangedWhileItIsReadWithoutLocks) {
  {
    Store store(database_, OpenMode::kCreate);
    fill(store);
  }
  const int owned = ::open(database_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  const std::string said = as_reader([&] {
    const Store store(database_, OpenMode::kReading);
    if (::write(owned, "x", 1) != 1) return std::string("not written");
    return all_keys(store);
  });
  ::close(owned);
  EXPECT_NE(said.find("changed while it was read"), std::string::npos) << said;
}

TEST_F(ReadOnly, WritingIsAnErrorAndNoFileIsMade) {
  {
    Store store(database_, OpenMode::kCreate);
    fill(store);
  }
  const std::string said = as_reader([this] {
    Store store(database_, OpenMode::kExisting);
    auto transaction = store.begin();
    (void)store.remove_item("a");
    transaction.commit();
    return all_keys(store);
  });
  EXPECT_NE(said.find("cannot be used"), std::string::npos) << said;
  EXPECT_EQ(files(), std::set<std::string>{"shop.db"});
}

}  // namespace
}  // namespace likeness
