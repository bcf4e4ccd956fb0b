#include "likeness/web/http_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cctype>
#include <charconv>
#include <string>

namespace likeness {
namespace {

namespace http = boost::beast::http;

[[noreturn]] void refuse(int status, std::string kind, std::string message) {
  throw HttpProblem{.status = status, .kind = std::move(kind), .message = std::move(message)};
}

[[noreturn]] void refuse(const std::string& message) { refuse(400, "input", message); }

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  return result;
}

// What the parser would let pass or mend.
void check_lines(std::string_view head) {
  if (head.find("\r\n ") != std::string_view::npos ||
      head.find("\r\n\t") != std::string_view::npos) {
    refuse("a header field goes on in a second line: write it in one");
  }
  const auto stray = [&](std::size_t i) {
    const bool line_feed = head[i] == '\n' && (i == 0 || head[i - 1] != '\r');
    const bool carriage_return = head[i] == '\r' && (i + 1 >= head.size() || head[i + 1] != '\n');
    return line_feed || carriage_return || head[i] == '\0';
  };
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (stray(i)) refuse("the head of the request holds a stray line end or a NUL");
  }
  // Before the parser, which knows some spellings of it and overlooks others.
  if (lower(head).find("\r\ntransfer-encoding") != std::string::npos) {
    refuse(411, "input", "a body without Content-Length is not read: send its length");
  }
}

void take_fields(const http::request_parser<http::empty_body>& parser, HttpHead& head) {
  std::size_t hosts = 0;
  std::size_t lengths = 0;
  for (const auto& field : parser.get()) {
    const auto name = field.name_string();
    const auto value = field.value();
    head.request.headers.emplace_back(lower({name.data(), name.size()}),
                                      std::string(value.data(), value.size()));
    if (head.request.headers.back().first == "host") ++hosts;
    if (head.request.headers.back().first == "content-length") ++lengths;
  }
  // The parser takes two that are equal; who stands in front may make another of them.
  if (lengths > 1) refuse("one Content-Length is enough, not " + std::to_string(lengths));
  if (hosts > 1 || (hosts == 0 && parser.get().version() >= 11)) {
    refuse("one Host is needed, not " + std::to_string(hosts));
  }
}

void take_length(HttpHead& head) {
  const std::string_view length = head.request.header("content-length");
  if (length.empty()) return;
  head.has_length = true;
  const auto [end, error] =
      std::from_chars(length.data(), length.data() + length.size(), head.body_bytes);
  if (error != std::errc() || end != length.data() + length.size()) {
    refuse("Content-Length is not a length");
  }
}

void take_target(std::string_view target, HttpHead& head) {
  // A proxy may send the whole address (RFC 9112, section 3.2.2).
  constexpr std::string_view kScheme = "http://";
  if (lower(target.substr(0, kScheme.size())) == kScheme) {
    target.remove_prefix(std::min(target.find('/', kScheme.size()), target.size()));
    if (target.empty()) target = "/";
  }
  const auto parsed = parse_target(target);
  if (!parsed) refuse("the address of the request is not well-formed");
  head.request.path = target.substr(0, target.find('?'));
  head.request.target = *parsed;
}

}  // namespace

HttpHead read_http_head(std::string_view text, std::size_t most_target_bytes) {
  check_lines(text);
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(text.size() + 1));
  parser.body_limit(boost::none);
  parser.skip(true);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(text.data(), text.size()), error);
  if (error || !parser.is_header_done()) {
    refuse("the request is not well-formed HTTP" +
           (error ? ": " + error.message() : std::string()));
  }
  HttpHead head;
  const auto& message = parser.get();
  if (message.target().size() > most_target_bytes) {
    refuse(414, "input", fmt::format("the address is longer than {} bytes", most_target_bytes));
  }
  head.request.method = std::string(message.method_string());
  take_fields(parser, head);
  take_length(head);
  take_target({message.target().data(), message.target().size()}, head);
  head.keeps_connection = message.keep_alive();
  const std::string expected = lower(head.request.header("expect"));
  head.expects_continue = expected == "100-continue";
  if (!expected.empty() && !head.expects_continue) {
    refuse(417, "input", "what is expected is not offered");
  }
  return head;
}

}  // namespace likeness
