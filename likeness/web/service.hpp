// `likeness serve`: a shop behind HTTP, from the first request to the last.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "likeness/base/work.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/web/access.hpp"
#include "likeness/web/http_server.hpp"

namespace likeness {

struct ServiceRequest {
  std::optional<ShopFiles> files = {};     // none: what is searched answers by itself
  std::optional<std::string> listen = {};  // none: as of HttpServerOptions
  std::optional<int> socket = {};          // instead: one that listens already
  AccessRules access = {};
  std::optional<std::string> search = {};  // "postgresql://...", several by commas: it recommends
  bool originals =
      false;  // shows the files of items where they are larger than the shop's pictures
};

class Service {
 public:
  // One line for each request; called by any thread.
  using Log = std::function<void(const HttpExchange&)>;

  // Opens the shop and listens: errors as of ShopView(), HttpServer() and read_keys(); RequestError
  // for an address that others can reach where there are no keys.
  Service(const ServiceRequest& request, const Work& work, Log log);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  Service(Service&&) = delete;
  Service& operator=(Service&&) = delete;

  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::string model() const;  // that answers; empty: none yet
  [[nodiscard]] std::size_t items() const;
  // Until the work is stopped. A service manager is told when it begins and ends. Whether all has
  // ended: if not, a job takes longer, for which ~Service() waits; a process may end without it.
  [[nodiscard]] bool run();

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace likeness
