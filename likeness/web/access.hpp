// Who may ask the service what and how often: by keys, or whoever works at this machine; and which
// other sites' pages may read its answers (CORS, the Fetch standard of WHATWG).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "likeness/web/http.hpp"
#include "likeness/web/keys.hpp"
#include "likeness/web/rate_limits.hpp"
#include "likeness/web/routes.hpp"

namespace likeness {

struct AccessRules {
  std::optional<std::filesystem::path> keys = {};  // none: only this machine may ask
  // Requests a second of each key, and of each address that has none; only with keys.
  std::optional<double> rate = {};
  std::vector<std::string> origins = {};  // such as "https://shop.example", exactly
};

// For any number of threads.
class Access {
 public:
  // RequestError for a rate or an origin that is none. Errors as of read_keys().
  explicit Access(AccessRules rules);

  // Why nothing may be asked; nothing: it may.
  [[nodiscard]] std::optional<HttpProblem> why_no_request(const HttpRequest& request) const;
  // Counts the request. The answer has these headers in any case.
  struct Admission {
    std::optional<HttpProblem> problem = {};
    HttpHeaders headers = {};
  };
  [[nodiscard]] Admission admit(const Route& route, const HttpRequest& request) const;
  // What an answer says to the browser of a page of another site.
  [[nodiscard]] HttpHeaders headers_for(const HttpRequest& request) const;
  // The answer to a browser that asks whether its page may ask; nothing to other requests.
  [[nodiscard]] std::optional<HttpResponse> answer_before_asking(const HttpRequest& request,
                                                                 const std::string& methods) const;
  // Why keys cannot be read now.
  [[nodiscard]] std::optional<std::string> problem() const;

 private:
  // Null: the request is of no page of these.
  [[nodiscard]] const std::string* allowed_origin(const HttpRequest& request) const;

  AccessRules rules_;
  std::unique_ptr<KeyRing> keys_;
  std::unique_ptr<RateLimits> limits_;  // none without keys
};

}  // namespace likeness
