#include "likeness/web/served_shop.hpp"

#include <chrono>
#include <cstddef>

#include "likeness/web/routes.hpp"

namespace likeness {
namespace {

constexpr std::size_t kOriginalsBytes = std::size_t{256} << 20U;
// Requests with many items that wait; each may hold 20 MB.
constexpr std::size_t kMostLoads = 4;
// As long as answers have to end.
constexpr std::chrono::seconds kPatienceWithJobs{5};

}  // namespace

ServedShop::ServedShop(const ShopFiles& files, FilesOfItems shown, const Work& work)
    : live(files, work.threads),
      duplicates(duplicates_of_view),
      clusters(clusters_of_view),
      space(space_of_view),
      writer(live, files, work.threads),
      loads(kMostLoads),
      jobs(files, work, [this] { live.refresh(); }) {
  if (shown == FilesOfItems::kShown) originals.emplace(kOriginalsBytes);
}

bool ServedShop::finish() {
  loads.finish();
  const bool jobs_ended = jobs.finish(kPatienceWithJobs);
  writer.finish();
  return jobs_ended;
}

}  // namespace likeness
