#include "likeness/base/work.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

// Writes down what it is told.
class Notes : public Status {
 public:
  void begin(const std::string& doing, const std::string& unit, std::size_t total) override {
    lines.push_back("begin " + doing + " " + unit + " " + std::to_string(total));
  }
  void advance(std::size_t units) override { lines.push_back("+" + std::to_string(units)); }
  void end() override { lines.emplace_back("end"); }
  void say(const Message& message) override { lines.push_back("say " + message.text); }

  std::vector<std::string> lines;
};

TEST(Work, TellsItsStatusOfStepsAndMessages) {
  Notes notes;
  const Work work{.status = &notes};
  {
    Progress progress(work, "pack", "pictures", 3);
    progress.advance(2);
    progress.advance();
    work.say("one is damaged");
  }
  EXPECT_EQ(notes.lines, (std::vector<std::string>{"begin pack pictures 3", "+2", "+1",
                                                   "say one is damaged", "end"}));
}

TEST(Work, EndsAStepThatAnErrorLeaves) {
  Notes notes;
  const Work work{.status = &notes};
  try {
    const Progress progress(work, "pack", "pictures", 0);
    throw Error(Error::Kind::kInput, "no picture");
  } catch (const Error&) {
    EXPECT_EQ(notes.lines.back(), "end");
  }
}

TEST(Work, TellsNobodyWithoutAStatus) {
  const Work work;
  work.say("nobody hears this");
  Progress progress(work, "pack", "pictures", 1);
  progress.advance();
}

TEST(StopIfAsked, ThrowsOnlyAfterItWasAsked) {
  const std::stop_source source;
  stop_if_asked({});
  stop_if_asked(source.get_token());
  source.request_stop();
  try {
    stop_if_asked(source.get_token());
    FAIL() << "went on";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUnavailable);
  }
}

}  // namespace
}  // namespace likeness
