// A copy of the shop, while it is served and changed.
#include <memory>
#include <span>

#include "likeness/shop/snapshot.hpp"
#include "likeness/web/call.hpp"
#include "likeness/web/parameters.hpp"
#include "likeness/web/routes.hpp"
#include "likeness/web/snapshot_tar.hpp"

namespace likeness {

void send_snapshot(const Call& call, const Respond& respond) {
  const Parameters given(call.request.target, {});
  const auto tar = std::make_shared<SnapshotTar>(snapshot(call.view()->files()));
  respond({.content_type = "application/x-tar",
           .stream = HttpStream{.bytes = tar->bytes(),
                                .read = [tar](std::span<char> to) { return tar->read(to); }},
           .headers = {{"Content-Disposition", "attachment; filename=\"shop.tar\""}}});
}

}  // namespace likeness
