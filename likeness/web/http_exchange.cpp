#include "likeness/web/http_exchange.hpp"

#include <fmt/format.h>

namespace likeness {

Json to_json(const HttpExchange& exchange) {
  const std::string& remark = exchange.response.remark;
  return Json::Object{
      {"id", exchange.request.id},          {"address", exchange.request.address},
      {"method", exchange.request.method},  {"path", exchange.request.path},
      {"status", exchange.response.status}, {"bytes", exchange.response.body_bytes()},
      {"seconds", exchange.seconds},        {"remark", remark.empty() ? Json() : Json(remark)}};
}

std::string line_of(const HttpExchange& exchange) {
  const std::string& remark = exchange.response.remark;
  return fmt::format("{} {} {} {:.1f} ms {}{}", exchange.request.method, exchange.request.path,
                     exchange.response.status, exchange.seconds * 1e3, exchange.request.id,
                     remark.empty() ? "" : ": " + remark);
}

}  // namespace likeness
