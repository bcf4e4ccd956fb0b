// What a route is given: the request, what its path named, and what the service is made of.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "likeness/base/error.hpp"
#include "likeness/base/json.hpp"
#include "likeness/shop/shop_view.hpp"
#include "likeness/web/http.hpp"
#include "likeness/web/metrics.hpp"

namespace likeness {

class KeptPictures;
class LiveSearch;
struct ServedShop;

struct ServiceParts {
  Metrics& metrics;
  KeptPictures& pictures;
  std::size_t threads;
  ServedShop* shop;    // null: databases answer by themselves
  LiveSearch* search;  // what recommends in place of the shop; null: the shop does
  std::function<std::optional<std::string>()> why_not_ready;
  std::function<Metrics::Now()> now;
};

struct Call {
  const HttpRequest& request;
  const std::string& named;  // what stands in the path where the route has {key}, {n} or {name}
  ServiceParts& service;

  // HttpProblem 409 where databases answer by themselves.
  [[nodiscard]] ServedShop& shop() const;
  [[nodiscard]] std::shared_ptr<const ShopView> view() const;
  // Null there.
  [[nodiscard]] std::shared_ptr<const ShopView> view_if_any() const;
};

[[nodiscard]] HttpResponse json_response(const Json& json);

// An answer that stays the same as long as the shop does: with an ETag, and 304 for who has it.
[[nodiscard]] HttpResponse tagged(HttpResponse response, const HttpRequest& request,
                                  const std::string& tag);
// Whether the client says that it has the answer of this tag, which need not be made then.
[[nodiscard]] bool has_answer(const HttpRequest& request, const std::string& tag);
// Such a tag of the shop's state and the request.
[[nodiscard]] std::string tag_of(const ShopView& view, const HttpRequest& request);
// Such a tag of an answer's body, where what it was made of tells nothing of its state.
[[nodiscard]] std::string tag_of(const HttpResponse& response);

// What `make` returns, or what its error is to whoever asked; throws nothing.
[[nodiscard]] HttpResponse answered(const std::function<HttpResponse()>& make);
// In one line, with what mends it.
[[nodiscard]] std::string line_of(const Message& message);
// What an error of the shop is to whoever asked.
[[nodiscard]] HttpProblem problem_of(const Error& error);

}  // namespace likeness
