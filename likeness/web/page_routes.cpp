// Routes of the page and of the document that describes the service, embedded in the program.
#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "likeness/base/checksum.hpp"
#include "likeness/plot/page_files.hpp"
#include "likeness/web/gzip.hpp"
#include "likeness/web/page_files.hpp"
#include "likeness/web/routes.hpp"

namespace likeness {
namespace {

struct Asset {
  const char* type;
  std::string_view content;
  std::string tag;
  std::string gzipped;
};

Asset asset(const char* type, std::string_view content) {
  return {.type = type,
          .content = content,
          .tag = fmt::format("\"{:016x}\"", checksum(std::as_bytes(std::span(content)))),
          .gzipped = gzipped(content)};
}

// Each is made when it is first asked for; nothing if there is none of this name.
const Asset* asset_named(std::string_view name) {
  constexpr const char* kScript = "text/javascript; charset=utf-8";
  if (name == "page.css") {
    static const Asset css = asset("text/css; charset=utf-8", kPageCss);
    return &css;
  }
  if (name == "page.js") {
    static const Asset js = asset(kScript, kPageJs);
    return &js;
  }
  if (name == "three.js") {
    static const Asset three = asset(kScript, kThreeMinJs);
    return &three;
  }
  return nullptr;
}

HttpResponse sent(const Call& call, const Asset& asset, const char* age) {
  HttpResponse response{.content_type = asset.type,
                        .headers = {{"Cache-Control", age}, {"Vary", "Accept-Encoding"}}};
  if (call.request.header("accept-encoding").find("gzip") != std::string_view::npos) {
    response.body = asset.gzipped;
    response.headers.emplace_back("Content-Encoding", "gzip");
  } else {
    response.body = asset.content;
  }
  return tagged(std::move(response), call.request, asset.tag);
}

// Nothing from elsewhere, and no script in the page but its own.
constexpr const char* kPolicy =
    "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'self'; base-uri 'none'";

}  // namespace

HttpResponse show_page(const Call& /*call*/) {
  return {.content_type = "text/html; charset=utf-8",
          .body = std::string(kPageHtml),
          .headers = {{"Cache-Control", "no-cache"}, {"Content-Security-Policy", kPolicy}}};
}

HttpResponse show_asset(const Call& call) {
  const Asset* asset = asset_named(call.named);
  if (asset == nullptr) {
    throw HttpProblem{.status = 404, .kind = "not found", .message = "there is no such file"};
  }
  return sent(call, *asset, "no-cache");
}

HttpResponse show_widget(const Call& call) {
  static const Asset widget = asset("text/javascript; charset=utf-8", kWidgetJs);
  return sent(call, widget, "public, max-age=3600");
}

HttpResponse show_openapi(const Call& /*call*/) { return {.body = std::string(kOpenapiJson)}; }

}  // namespace likeness
