#include "likeness/web/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <optional>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/web/item_writer.hpp"
#include "likeness/web/kept_pictures.hpp"
#include "likeness/web/keys.hpp"
#include "likeness/web/live_shop.hpp"
#include "likeness/web/metrics.hpp"
#include "likeness/web/once_per_view.hpp"
#include "likeness/web/routes.hpp"

namespace likeness {
namespace {

HttpPlan refused(HttpProblem problem) {
  return {
      .answer = [problem = std::move(problem)](const HttpRequest&) { return to_response(problem); },
      .runs = HttpPlan::Runs::kRefused};
}

bool is_loopback_name(std::string_view host) {
  static constexpr std::array<std::string_view, 3> kNames{"localhost", "127.0.0.1", "[::1]"};
  const std::size_t port = host.rfind(':');
  const bool has_port =
      port != std::string_view::npos && host.find(']', port) == std::string_view::npos;
  return std::ranges::find(kNames, has_port ? host.substr(0, port) : host) != kNames.end();
}

// Without keys a change is believed to whoever works at this machine: not to a page of another site
// that his browser shows, and not to whoever comes through a proxy. Null: it is.
const char* why_no_change(const HttpRequest& request) {
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
  return same_site ? nullptr : "a page of another site may not change the shop";
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

std::string methods_of(std::span<const Route* const> routes) {
  std::string methods;
  for (const Route* route : routes) {
    if (!methods.empty()) methods += ", ";
    methods += route->method;
    if (std::string_view(route->method) == "GET") methods += ", HEAD";
  }
  return methods;
}

}  // namespace

class Service::Parts {
 public:
  Parts(const ServiceRequest& request, const Work& work, Log log)
      : request_(checked(request)),
        work_(work),
        log_(std::move(log)),
        keys_(request_.keys ? std::make_unique<KeyRing>(*request_.keys) : nullptr),
        shop_(request_.files, work.threads, work.threads),
        writer_(shop_, request_.files, work.threads),
        server_(
            {.listen = request_.listen,
             .network_threads = work.threads > 4 ? 2U : 1U,
             .pool_threads = work.threads},
            [this](const HttpRequest& asked) { return plan(asked); },
            [this](const HttpExchange& exchange) { told(exchange); }) {}

  [[nodiscard]] const LiveShop& shop() const { return shop_; }
  [[nodiscard]] HttpServer& server() { return server_; }
  // What was taken is written, whoever waits for it.
  void run() {
    server_.run(work_.stop);
    writer_.finish();
  }

 private:
  static ServiceRequest checked(ServiceRequest request) {
    if (is_loopback(request.listen) || request.keys) return request;
    throw RequestError("listen", request.listen +
                                     " can be reached by others: give keys (likeness key new), or "
                                     "listen on 127.0.0.1");
  }

  HttpPlan plan(const HttpRequest& asked) {
    // Without keys whoever reaches this may ask everything; a page of another site must not, by a
    // name that it has given to this address.
    if (!keys_ && !is_loopback_name(asked.header("host"))) {
      return refused({.status = 403,
                      .kind = "forbidden",
                      .message = "the Host is not this machine's own",
                      .where = "Host"});
    }
    const RouteMatch match = match_routes(asked.target.segments);
    if (match.routes.empty()) {
      return refused({.status = 404, .kind = "not found", .message = "there is no such address"});
    }
    const std::string_view method = asked.method == "HEAD" ? "GET" : std::string_view(asked.method);
    const auto route =
        std::ranges::find_if(match.routes, [&](const Route* one) { return method == one->method; });
    if (route == match.routes.end()) {
      return refused({.status = 405,
                      .kind = "input",
                      .message = "this address does not know " + asked.method,
                      .headers = {{"Allow", methods_of(match.routes)}}});
    }
    if (const auto problem = why_not_allowed(**route, asked)) return refused(*problem);
    return {.answer = [this, route = *route, named = match.named](
                          const HttpRequest& request) { return answer(*route, named, request); },
            .answer_later = later(**route, match.named),
            .runs = (*route)->runs == Route::Runs::kAtOnce ? HttpPlan::Runs::kAtOnce
                                                           : HttpPlan::Runs::kOnAPool,
            .most_body_bytes = (*route)->most_body_bytes,
            .needs_body = (*route)->most_body_bytes > 0};
  }

  [[nodiscard]] std::optional<std::string> why_not_ready() const {
    if (work_.stop.stop_requested()) return "the service is ending";
    if (const auto problem = keys_ ? keys_->problem() : std::nullopt) return problem;
    return shop_.problem();
  }

  [[nodiscard]] Metrics::Now now() const {
    return {.items = shop_.view()->items(),
            .connections = server_.connections(),
            .waiting = server_.waiting(),
            .kept_pictures = pictures_.count(),
            .ready = !why_not_ready().has_value()};
  }

  [[nodiscard]] std::optional<HttpProblem> why_not_allowed(const Route& route,
                                                           const HttpRequest& asked) const {
    if (!keys_) {
      const char* why = route.changes ? why_no_change(asked) : nullptr;
      if (why == nullptr) return std::nullopt;
      return HttpProblem{.status = 403, .kind = "forbidden", .message = why};
    }
    const auto scope = scope_of(route);
    if (!scope) return std::nullopt;
    const auto key = keys_->find(secret_of(route, asked));
    if (!key) {
      return HttpProblem{.status = 401,
                         .kind = "unauthorized",
                         .message = "a valid key is needed: Authorization: Bearer KEY",
                         .headers = {{"WWW-Authenticate", "Bearer realm=\"likeness\""}}};
    }
    if (key->may(*scope)) return std::nullopt;
    return HttpProblem{
        .status = 403,
        .kind = "forbidden",
        .message = std::string("this needs a key with the scope ") + name_of(*scope)};
  }

  // The same for a route that answers later.
  std::function<void(const HttpRequest&, const Respond&)> later(const Route& route,
                                                                const std::string& named) {
    if (route.answer_later == nullptr) return nullptr;
    return [this, &route, named](const HttpRequest& request, const Respond& respond) {
      const auto refuse = [&](const HttpProblem& problem) { respond(to_response(problem)); };
      try {
        route.answer_later({.request = request, .named = named, .service = parts_}, respond);
      } catch (const HttpProblem& problem) {
        refuse(problem);
      } catch (const Error& error) {
        refuse(problem_of(error));
      }
    };
  }

  HttpResponse answer(const Route& route, const std::string& named, const HttpRequest& request) {
    return answered(
        [&] { return route.answer({.request = request, .named = named, .service = parts_}); });
  }

  void told(const HttpExchange& exchange) {
    const RouteMatch match = match_routes(exchange.request.target.segments);
    metrics_.count_request(match.routes.empty() ? "none" : match.routes.front()->path,
                           exchange.response.status, exchange.seconds);
    log_(exchange);
  }

  const ServiceRequest request_;
  const Work work_;
  const Log log_;
  const std::unique_ptr<KeyRing> keys_;  // none: only this machine asks
  LiveShop shop_;
  Metrics metrics_;
  KeptPictures pictures_;
  OncePerView duplicates_{duplicates_of_view};
  OncePerView clusters_{clusters_of_view};
  ItemWriter writer_;
  ServiceParts parts_{.shop = shop_,
                      .metrics = metrics_,
                      .pictures = pictures_,
                      .duplicates = duplicates_,
                      .clusters = clusters_,
                      .writer = writer_,
                      .why_not_ready = [this] { return why_not_ready(); },
                      .now = [this] { return now(); }};
  HttpServer server_;  // last: it asks all of the above
};

Service::Service(const ServiceRequest& request, const Work& work, Log log)
    : parts_(std::make_unique<Parts>(request, work, std::move(log))) {}

Service::~Service() = default;

std::string Service::address() const { return parts_->server().address(); }

std::string Service::model() const {
  const auto view = parts_->shop().view();
  return view->can_search() ? view->searched()->gallery.model().name : std::string();
}

std::size_t Service::items() const { return parts_->shop().view()->items(); }

void Service::run() { parts_->run(); }

}  // namespace likeness
