#include "likeness/base/work.hpp"

namespace likeness {

void Work::say(const Message& message) const {
  if (status != nullptr) status->say(message);
}

void stop_if_asked(const std::stop_token& stop) {
  if (!stop.stop_requested()) return;
  throw Error(Error::Kind::kUnavailable,
              "interrupted: nothing that was finished is lost; run the same command again");
}

Progress::Progress(const Work& work, const std::string& doing, const std::string& unit,
                   std::size_t total)
    : status_(work.status) {
  if (status_ != nullptr) status_->begin(doing, unit, total);
}

Progress::~Progress() {
  if (status_ != nullptr) status_->end();
}

void Progress::advance(std::size_t units) {
  if (status_ != nullptr) status_->advance(units);
}

}  // namespace likeness
