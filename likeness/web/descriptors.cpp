#include "likeness/web/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace likeness {

std::size_t allow_connections(std::size_t wanted) {
  constexpr std::size_t kForFiles = 48;  // of the shop
  constexpr std::size_t kUsual = 1024;
  rlimit limit{.rlim_cur = kUsual, .rlim_max = kUsual};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    rlimit more = limit;
    more.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &more) == 0) limit = more;
  }
  const std::size_t all = limit.rlim_cur;
  return std::min(wanted, all > 2 * kForFiles ? all - kForFiles : all / 4 + 1);
}

}  // namespace likeness
