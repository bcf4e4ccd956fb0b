// A shop of twelve small pictures with tags, made by the verbs themselves; and one whose latents
// are known: item N lies at (N, 0), so that neighbours are plain to see.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/work.hpp"
#include "likeness/shop/pack.hpp"
#include "likeness/shop/shop.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {

// Writes down what it is told.
class Notes : public Status {
 public:
  void begin(const std::string&, const std::string&, std::size_t) override { ++steps; }
  void advance(std::size_t) override {}
  void end() override {}
  void say(const Message& message) override { messages.push_back(message); }

  std::size_t steps = 0;
  std::vector<Message> messages;
};

class SmallShop : public testing::Test {
 protected:
  // pictures/0001.jpg to pictures/0012.jpg and tags.csv: colour red, green or blue by turns.
  SmallShop();

  [[nodiscard]] std::filesystem::path path(const std::string& name) const {
    return folder_.path() / name;
  }
  void draw(const std::string& name, std::uint64_t seed) const;
  [[nodiscard]] PackRequest pack_request() const;
  [[nodiscard]] ShopFiles files() const { return {.folder = path("shop")}; }
  // Packs everything, with the tags.
  void make() const;
  // Packs, and gives item N the latent (N, 0) by an active model "line".
  void make_line() const;
  // Trains a model of a latent of this size, or the usual one with parts, for a moment, and lets
  // it answer.
  void train_model(const std::string& name, std::optional<std::uint64_t> latent) const;

  Notes notes_;
  Work work_{.threads = 2, .status = &notes_};

 private:
  TemporaryFolder folder_;
};

// The error that `verb` ends with; fails if it does not.
template <typename Verb>
[[nodiscard]] Error error_of(const Verb& verb) {
  try {
    (void)verb();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return {Error::Kind::kInput, "none"};
}

// The field of the request that `verb` refuses; fails if it refuses none.
template <typename Verb>
[[nodiscard]] std::string refused_field(const Verb& verb) {
  try {
    (void)verb();
  } catch (const RequestError& error) {
    return error.field();
  }
  ADD_FAILURE() << "nothing refused";
  return {};
}

}  // namespace likeness
