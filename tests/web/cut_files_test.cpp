// Files of a shop that are cut short while it is served: told by name, and served again when they
// are whole.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "likeness/base/file.hpp"
#include "likeness/base/mapped_file.hpp"
#include "likeness/web/live_shop.hpp"
#include "tests/web/running_service.hpp"

namespace likeness {
namespace {

class CutFiles : public ServiceTest {
 protected:
  CutFiles() {
    survive_cut_files();
    make_line();
    serve();
  }

  [[nodiscard]] Received ask_for(const std::string& target) const {
    return Client(address()).get(target);
  }

  [[nodiscard]] std::filesystem::path only_file(const std::filesystem::path& folder,
                                                const std::string& extension) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() == extension) return entry.path();
    }
    ADD_FAILURE() << "no " << extension;
    return {};
  }

  // The answer as before the file was cut, soon after it is whole again.
  void expect_to_recover(const std::string& target, const Received& before) const {
    const auto last = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    Received now = ask_for(target);
    while (now.status != 200 && std::chrono::steady_clock::now() < last) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      now = ask_for(target);
    }
    EXPECT_EQ(now.status, 200);
    EXPECT_EQ(now.body, before.body);
  }

  // Cut to nothing, and then whole.
  void expect_named(const std::filesystem::path& file, const std::string& target) const {
    const Received before = ask_for(target);
    ASSERT_EQ(before.status, 200) << before.body;
    std::filesystem::copy(path("shop"), path("other"), std::filesystem::copy_options::recursive);
    LiveShop other({.folder = path("other")}, 1);
    const auto whole = read_file(file);
    std::filesystem::resize_file(file, 0);
    for (int i = 0; i < 3; ++i) {
      const Received cut = ask_for(target);
      EXPECT_EQ(cut.status, 503) << cut.body;
      const Json error = parse_json(cut.body, target).at("error");
      EXPECT_EQ(error.at("kind").text(), "corrupt");
      EXPECT_NE(error.at("message").text().find(file.filename().string()), std::string::npos)
          << error.at("message").text();
      EXPECT_EQ(ask_for("/livez").status, 200);
      other.refresh();  // which is whole, and knows nothing of this one
      std::this_thread::sleep_for(std::chrono::milliseconds(400));  // the shop is looked at anew
    }
    // As another program does it.
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(whole.data()),
               static_cast<std::streamsize>(whole.size()));
    expect_to_recover(target, before);
  }
};

TEST_F(CutFiles, LatentsAreNamed) {
  expect_named(only_file(path("shop/latents"), ".latents"), "/api/v1/items/0001/similar");
}

TEST_F(CutFiles, PacksAreNamed) {
  expect_named(only_file(path("shop/packs"), ".pack"), "/api/v1/items/0001/picture");
}

}  // namespace
}  // namespace likeness
