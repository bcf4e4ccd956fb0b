#include "likeness/web/metrics.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string_view>

namespace likeness {
namespace {

constexpr std::array<const char*, Metrics::kParts> kPartNames{"decode", "embed", "search", "draw"};

void explain(std::string& text, std::string_view name, std::string_view type,
             std::string_view help) {
  text += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

void gauge(std::string& text, std::string_view name, std::string_view help, double value) {
  explain(text, name, "gauge", help);
  text += fmt::format("{} {}\n", name, value);
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double processor_seconds() {
  rusage used{};
  (void)::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace

void Metrics::Histogram::add(double seconds) {
  const auto place = std::ranges::lower_bound(kBounds, seconds) - kBounds.begin();
  ++counts[static_cast<std::size_t>(place)];
  ++count;
  sum += seconds;
}

void Metrics::Histogram::write(std::string& text, const std::string& name,
                               const std::string& labels) const {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    below += counts[i];
    text += fmt::format("{}_bucket{{{},le=\"{}\"}} {}\n", name, labels, kBounds[i], below);
  }
  text +=
      fmt::format("{0}_bucket{{{1},le=\"+Inf\"}} {2}\n{0}_sum{{{1}}} {3}\n{0}_count{{{1}}} {2}\n",
                  name, labels, count, sum);
}

void Metrics::count_request(const std::string& route, int status, double seconds) {
  const std::scoped_lock lock(mutex_);
  ++requests_[{route, status}];
  seconds_[route].add(seconds);
}

void Metrics::count_part(Part part, double seconds) {
  const std::scoped_lock lock(mutex_);
  parts_[static_cast<std::size_t>(part)].add(seconds);
}

std::string Metrics::text(const Now& now) const {
  std::string text;
  {
    const std::scoped_lock lock(mutex_);
    explain(text, "likeness_requests_total", "counter", "Requests, by route and status.");
    for (const auto& [which, count] : requests_) {
      text += fmt::format("likeness_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", which.first,
                          which.second, count);
    }
    explain(text, "likeness_request_seconds", "histogram", "From a request's head to its answer.");
    for (const auto& [route, histogram] : seconds_) {
      histogram.write(text, "likeness_request_seconds", fmt::format("route=\"{}\"", route));
    }
    explain(text, "likeness_part_seconds", "histogram", "Of answers, what each part took.");
    for (std::size_t i = 0; i < kParts; ++i) {
      parts_[i].write(text, "likeness_part_seconds", fmt::format("part=\"{}\"", kPartNames[i]));
    }
  }
  gauge(text, "likeness_ready", "1 if the shop as it is now is served.", now.ready ? 1 : 0);
  gauge(text, "likeness_items", "Items of the shop.", static_cast<double>(now.items));
  gauge(text, "likeness_connections", "Open connections.", static_cast<double>(now.connections));
  gauge(text, "likeness_waiting_requests", "Requests that compute, or wait to.",
        static_cast<double>(now.waiting));
  gauge(text, "likeness_kept_pictures", "Pictures that were sent and are kept.",
        static_cast<double>(now.kept_pictures));
  gauge(text, "likeness_jobs", "Jobs that run, or wait to.", static_cast<double>(now.jobs));
  gauge(text, "process_resident_memory_bytes", "Mapped files that were touched included.",
        resident_bytes());
  explain(text, "process_cpu_seconds_total", "counter", "Processor time of this process.");
  text += fmt::format("process_cpu_seconds_total {}\n", processor_seconds());
  return text;
}

}  // namespace likeness
