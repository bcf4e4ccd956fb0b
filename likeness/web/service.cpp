#include "likeness/web/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/mapped_file.hpp"
#include "likeness/web/access.hpp"
#include "likeness/web/kept_pictures.hpp"
#include "likeness/web/live_search.hpp"
#include "likeness/web/metrics.hpp"
#include "likeness/web/routes.hpp"
#include "likeness/web/served_shop.hpp"
#include "likeness/web/service_manager.hpp"

namespace likeness {
namespace {

// Who waits for a database keeps no processor busy, but a connection.
constexpr std::size_t kAskersOfDatabases = 4;

HttpPlan refused(HttpProblem problem) {
  return {
      .answer = [problem = std::move(problem)](const HttpRequest&) { return to_response(problem); },
      .runs = HttpPlan::Runs::kRefused};
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
      : options_(checked(request, work.threads)),
        work_(work),
        log_(std::move(log)),
        access_(request.access),
        shop_(served(request, work)),
        server_(
            options_, [this](const HttpRequest& asked) { return plan(asked); },
            [this](const HttpExchange& exchange) { told(exchange); }) {
    if (request.search) parts_.search = &search_.emplace(*request.search);
    parts_.shop = shop_.get();
  }

  [[nodiscard]] HttpServer& server() { return server_; }
  [[nodiscard]] std::string model() const {
    if (!shop_) return parts_.search->state().model;
    const auto view = shop_->live.view();
    return view->can_search() ? view->searched()->gallery.model().name : std::string();
  }
  [[nodiscard]] std::size_t items() const {
    return shop_ ? shop_->live.view()->items() : parts_.search->state().items;
  }
  [[nodiscard]] bool run() {
    tell_service_manager("READY=1");
    const std::stop_callback ending(work_.stop, [] { tell_service_manager("STOPPING=1"); });
    server_.run(work_.stop);
    return !shop_ || shop_->finish();
  }

 private:
  static HttpServerOptions checked(const ServiceRequest& request, std::size_t threads) {
    if (request.socket && request.listen) {
      throw RequestError("listen",
                         "a socket that listens was given already: leave out one of them");
    }
    if (!request.files && !request.search) {
      throw RequestError("shop", "is missing, and there is no database to search in its place");
    }
    if (!request.files && request.originals) {
      throw RequestError("originals", "are of a shop, and there is none beside the database");
    }
    HttpServerOptions options{.socket = request.socket,
                              .network_threads = threads > 4 ? 2U : 1U,
                              .pool_threads = threads,
                              .wide_pool_threads = request.search
                                                       ? kAskersOfDatabases * threads
                                                       : ShopView::askers_where_shared(threads)};
    options.listen =
        request.socket ? address_of(*request.socket) : request.listen.value_or(options.listen);
    if (is_loopback(options.listen) || request.access.keys) return options;
    throw RequestError("listen", options.listen +
                                     " can be reached by others: give keys (likeness key new), or "
                                     "listen on 127.0.0.1");
  }

  static std::unique_ptr<ServedShop> served(const ServiceRequest& request, const Work& work) {
    if (!request.files) return nullptr;
    const auto shown =
        request.originals ? ServedShop::FilesOfItems::kShown : ServedShop::FilesOfItems::kHidden;
    return std::make_unique<ServedShop>(*request.files, shown, work);
  }

  // A page of an allowed origin reads every answer, also that it is refused something.
  HttpPlan plan(const HttpRequest& asked) {
    return with_headers(decide(asked), access_.headers_for(asked));
  }

  static HttpPlan with_headers(HttpPlan decided, const HttpHeaders& headers) {
    if (headers.empty()) return decided;
    const auto add = [headers](HttpResponse response) {
      response.headers.insert(response.headers.end(), headers.begin(), headers.end());
      return response;
    };
    if (decided.answer) {
      decided.answer = [answer = std::move(decided.answer), add](const HttpRequest& request) {
        return add(answer(request));
      };
    }
    if (decided.answer_later) {
      decided.answer_later = [later = std::move(decided.answer_later), add](
                                 const HttpRequest& request, const Respond& respond) {
        later(request,
              [respond, add](HttpResponse response) { respond(add(std::move(response))); });
      };
    }
    return decided;
  }

  HttpPlan decide(const HttpRequest& asked) {
    if (const auto problem = access_.why_no_request(asked)) return refused(*problem);
    const RouteMatch match = match_routes(asked.target.segments);
    if (match.routes.empty()) {
      return refused({.status = 404, .kind = "not found", .message = "there is no such address"});
    }
    if (auto answer = access_.answer_before_asking(asked, methods_of(match.routes))) {
      return {.answer = [answer = *std::move(answer)](const HttpRequest&) { return answer; }};
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
    const Access::Admission admission = access_.admit(**route, asked);
    return with_headers(
        admission.problem ? refused(*admission.problem) : plan_of(**route, match.named),
        admission.headers);
  }

  HttpPlan plan_of(const Route& route, const std::string& named) {
    HttpPlan plan;
    plan.runs = where_runs(route);
    plan.most_body_bytes = route.most_body_bytes;
    plan.needs_body = route.most_body_bytes > 0;
    if (route.answer_later != nullptr) {
      plan.answer_later = [this, &route, named](const HttpRequest& request,
                                                const Respond& respond) {
        answer_later(route, named, request, respond);
      };
    } else {
      plan.answer = [this, &route, named](const HttpRequest& request) {
        return answered([&] {
          const Call call{.request = request, .named = named, .service = parts_};
          const bool reads_shop = shop_ && route.runs != Route::Runs::kAtOnce;
          if (!reads_shop) return route.answer(call);
          return with_whole_files(shop_->live.cut_files(), [&] { return route.answer(call); });
        });
      };
    }
    return plan;
  }

  [[nodiscard]] HttpPlan::Runs where_runs(const Route& route) const {
    if (route.runs == Route::Runs::kAtOnce) return HttpPlan::Runs::kAtOnce;
    const bool shares =
        route.runs == Route::Runs::kSearching && (search_ || shop_->live.view()->is_shared());
    return shares ? HttpPlan::Runs::kOnAWidePool : HttpPlan::Runs::kOnAPool;
  }

  [[nodiscard]] std::optional<std::string> why_not_ready() const {
    if (work_.stop.stop_requested()) return "the service is ending";
    if (const auto problem = access_.problem()) return problem;
    if (shop_) {
      if (const auto problem = shop_->live.problem()) return problem;
    }
    return search_ ? search_->problem() : std::nullopt;
  }

  [[nodiscard]] Metrics::Now now() const {
    return {.items = items(),
            .connections = server_.connections(),
            .waiting = server_.waiting(),
            .kept_pictures = pictures_.count(),
            .jobs = shop_ ? shop_->jobs.open() : 0,
            .ready = !why_not_ready().has_value()};
  }

  void answer_later(const Route& route, const std::string& named, const HttpRequest& request,
                    const Respond& respond) {
    try {
      route.answer_later({.request = request, .named = named, .service = parts_}, respond);
    } catch (const Error& error) {
      throw problem_of(error);  // which the server answers
    }
  }

  void told(const HttpExchange& exchange) {
    const RouteMatch match = match_routes(exchange.request.target.segments);
    metrics_.count_request(match.routes.empty() ? "none" : match.routes.front()->path,
                           exchange.response.status, exchange.seconds);
    log_(exchange);
  }

  const HttpServerOptions options_;
  const Work work_;
  const Log log_;
  const Access access_;
  Metrics metrics_;
  KeptPictures pictures_;
  ServiceParts parts_{.metrics = metrics_,
                      .pictures = pictures_,
                      .threads = work_.threads,
                      .shop = nullptr,
                      .search = nullptr,
                      .why_not_ready = [this] { return why_not_ready(); },
                      .now = [this] { return now(); }};
  std::optional<LiveSearch> search_;
  const std::unique_ptr<ServedShop> shop_;  // its work uses all of the above
  HttpServer server_;                       // last: it asks all of the above
};

Service::Service(const ServiceRequest& request, const Work& work, Log log)
    : parts_(std::make_unique<Parts>(request, work, std::move(log))) {}

Service::~Service() = default;

std::string Service::address() const { return parts_->server().address(); }

std::string Service::model() const { return parts_->model(); }

std::size_t Service::items() const { return parts_->items(); }

bool Service::run() { return parts_->run(); }

}  // namespace likeness
