// Routes of the service itself, for whoever watches over it.
#include "likeness/web/routes.hpp"

namespace likeness {

HttpResponse show_live(const Call& /*call*/) { return {.body = R"({"live":true})"}; }

HttpResponse show_ready(const Call& call) {
  const auto why_not = call.service.why_not_ready();
  if (!why_not) return {.body = R"({"ready":true})"};
  return to_response({.status = 503, .kind = "unavailable", .message = *why_not});
}

HttpResponse show_metrics(const Call& call) {
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = call.service.metrics.text(call.service.now())};
}

}  // namespace likeness
