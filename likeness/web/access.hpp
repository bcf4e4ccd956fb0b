// Who may ask the service what: by keys, or whoever works at this machine; and which other sites'
// pages may read its answers (CORS, the Fetch standard of WHATWG).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "likeness/web/http.hpp"
#include "likeness/web/keys.hpp"
#include "likeness/web/routes.hpp"

namespace likeness {

// For any number of threads.
class Access {
 public:
  // `origins` such as "https://shop.example", exactly; RequestError for one that is none. Errors as
  // of read_keys().
  Access(const std::optional<std::filesystem::path>& keys, std::vector<std::string> origins);

  // Why nothing may be asked, and why this may not; nothing: it may.
  [[nodiscard]] std::optional<HttpProblem> why_no_request(const HttpRequest& request) const;
  [[nodiscard]] std::optional<HttpProblem> why_not(const Route& route,
                                                   const HttpRequest& request) const;
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

  std::unique_ptr<KeyRing> keys_;  // none: only this machine asks
  std::vector<std::string> origins_;
};

}  // namespace likeness
