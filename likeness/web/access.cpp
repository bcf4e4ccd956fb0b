#include "likeness/web/access.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

constexpr double kUsualRate = 1000.0;  // requests a second
constexpr double kHighestRate = 1e6;

bool is_loopback_name(std::string_view host) {
  static constexpr std::array<std::string_view, 3> kNames{"localhost", "127.0.0.1", "[::1]"};
  const std::size_t port = host.rfind(':');
  const bool has_port =
      port != std::string_view::npos && host.find(']', port) == std::string_view::npos;
  return std::ranges::find(kNames, has_port ? host.substr(0, port) : host) != kNames.end();
}

// Without keys a change is believed to whoever works at this machine: not to a page of another site
// that his browser shows, and not to whoever comes through a proxy. Null: it is.
const char* why_no_change(const HttpRequest& request, bool from_allowed_page) {
  static constexpr std::array<std::string_view, 4> kOfProxies{"forwarded", "via", "x-forwarded-for",
                                                              "x-real-ip"};
  const auto is_sent = [&](std::string_view name) { return !request.header(name).empty(); };
  if (std::ranges::any_of(kOfProxies, is_sent)) {
    return "changes are taken from this machine alone, and this one came through a proxy";
  }
  const std::string_view site = request.header("sec-fetch-site");
  const std::string_view origin = request.header("origin");
  const bool same_site =
      site.empty()
          ? origin.empty() || origin.ends_with(std::string("//").append(request.header("host")))
          : site == "same-origin" || site == "none";
  return same_site || from_allowed_page ? nullptr
                                        : "a page of another site may not change the shop";
}

// What a key must allow for a route; nothing where none is needed: the page itself, and whether the
// service runs.
std::optional<Scope> scope_of(const Route& route) {
  const std::string_view path = route.path;
  if (path == "/metrics") return Scope::kMetrics;
  if (!path.starts_with("/api/") || path.ends_with("/openapi.json")) return std::nullopt;
  if (!route.changes) return Scope::kRead;
  return path.starts_with("/api/v1/items") ? Scope::kWrite : Scope::kAdmin;
}

// The key that was sent; empty: none. A page's pictures can send no header, so for what changes
// nothing its cookie counts, too: a page of another site could have that sent.
std::string_view secret_of(const Route& route, const HttpRequest& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view header = request.header("authorization");
  if (header.starts_with(kBearer)) return header.substr(kBearer.size());
  constexpr std::string_view kCookie = "likeness_key=";
  std::string_view cookies = request.header("cookie");
  while (!route.changes && !cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    std::string_view cookie = cookies.substr(0, end);
    cookies.remove_prefix(std::min(cookies.size(), end + 1));
    cookie.remove_prefix(std::min(cookie.size(), cookie.find_first_not_of(' ')));
    if (cookie.starts_with(kCookie)) return cookie.substr(kCookie.size());
  }
  return {};
}

// Whoever looks whether the service runs is always answered.
bool is_probe(const Route& route) {
  const std::string_view path = route.path;
  return path == "/livez" || path == "/readyz";
}

std::optional<HttpProblem> why_not_by_key(const Route& route, const std::optional<Key>& key) {
  const auto scope = scope_of(route);
  if (!scope) return std::nullopt;
  if (!key) {
    return HttpProblem{.status = 401,
                       .kind = "unauthorized",
                       .message = "a valid key is needed: Authorization: Bearer KEY",
                       .headers = {{"WWW-Authenticate", "Bearer realm=\"likeness\""}}};
  }
  if (key->may(*scope)) return std::nullopt;
  return HttpProblem{.status = 403,
                     .kind = "forbidden",
                     .message = std::string("this needs a key with the scope ") + name_of(*scope)};
}

HttpProblem too_many(const RateLimits::Taken& taken) {
  const auto seconds = static_cast<std::size_t>(std::ceil(std::max(1.0, taken.seconds)));
  return {.status = 429,
          .kind = "busy",
          .message = "too many requests: wait as long as Retry-After says",
          .headers = {{"Retry-After", std::to_string(seconds)}}};
}

// "https://shop.example" or with a port, as browsers send it.
bool is_origin(std::string_view text) {
  for (const std::string_view scheme :
       {std::string_view("https://"), std::string_view("http://")}) {
    if (!text.starts_with(scheme) || text.size() == scheme.size()) continue;
    return std::ranges::all_of(text.substr(scheme.size()), [](unsigned char letter) {
      return letter > ' ' && letter < 0x7f &&
             std::string_view("/?#@*,").find(static_cast<char>(letter)) == std::string_view::npos;
    });
  }
  return false;
}

}  // namespace

Access::Access(AccessRules rules)
    : rules_(std::move(rules)),
      keys_(rules_.keys ? std::make_unique<KeyRing>(*rules_.keys) : nullptr),
      limits_(rules_.keys ? std::make_unique<RateLimits>(rules_.rate.value_or(kUsualRate))
                          : nullptr) {
  if (rules_.rate && !rules_.keys) {
    throw RequestError("rate",
                       "it is of each key, and there are none: this machine is not counted");
  }
  if (rules_.rate && !(*rules_.rate > 0.0 && *rules_.rate <= kHighestRate)) {
    throw RequestError("rate", "give more than 0 and at most a million requests a second");
  }
  for (const std::string& origin : rules_.origins) {
    if (is_origin(origin)) continue;
    throw RequestError("allow-origin",
                       origin + " is none: give one such as https://shop.example, without a path");
  }
}

const std::string* Access::allowed_origin(const HttpRequest& request) const {
  const auto found = std::ranges::find(rules_.origins, request.header("origin"));
  return found == rules_.origins.end() ? nullptr : &*found;
}

// Without keys whoever reaches this may ask everything; a page of another site must not, by a name
// that it has given to this address.
std::optional<HttpProblem> Access::why_no_request(const HttpRequest& request) const {
  if (keys_ || is_loopback_name(request.header("host"))) return std::nullopt;
  return HttpProblem{.status = 403,
                     .kind = "forbidden",
                     .message = "the Host is not this machine's own",
                     .where = "Host"};
}

Access::Admission Access::admit(const Route& route, const HttpRequest& request) const {
  if (!keys_) {
    const char* why =
        route.changes ? why_no_change(request, allowed_origin(request) != nullptr) : nullptr;
    if (why == nullptr) return {};
    return {.problem = HttpProblem{.status = 403, .kind = "forbidden", .message = why}};
  }
  if (is_probe(route)) return {};
  const auto key = keys_->find(secret_of(route, request));
  const RateLimits::Taken taken =
      limits_->take(key ? "key " + key->name : "address " + request.address);
  return {.problem = taken.allowed ? why_not_by_key(route, key) : too_many(taken),
          .headers = limits_->headers(taken)};
}

HttpHeaders Access::headers_for(const HttpRequest& request) const {
  if (rules_.origins.empty()) return {};
  HttpHeaders headers{{"Vary", "Origin"}};
  if (const std::string* origin = allowed_origin(request)) {
    headers.emplace_back("Access-Control-Allow-Origin", *origin);
    headers.emplace_back("Access-Control-Expose-Headers",
                         "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id");
  }
  return headers;
}

std::optional<HttpResponse> Access::answer_before_asking(const HttpRequest& request,
                                                         const std::string& methods) const {
  const bool is_one = request.method == "OPTIONS" &&
                      !request.header("access-control-request-method").empty() &&
                      allowed_origin(request) != nullptr;
  if (!is_one) return std::nullopt;
  return HttpResponse{.status = 204,
                      .headers = {{"Access-Control-Allow-Methods", methods},
                                  {"Access-Control-Allow-Headers", "Authorization, Content-Type"},
                                  {"Access-Control-Max-Age", "600"}}};
}

std::optional<std::string> Access::problem() const {
  return keys_ ? keys_->problem() : std::nullopt;
}

}  // namespace likeness
