#include "likeness/web/call.hpp"

#include <fmt/format.h>

#include <exception>
#include <span>

#include "likeness/base/checksum.hpp"
#include "likeness/base/version.hpp"
#include "likeness/shop/remedies.hpp"
#include "likeness/web/served_shop.hpp"

namespace likeness {
namespace {

// What is missing is not what was asked for but what the answer is made of.
bool is_made_by_a_verb(const Error& error) {
  const auto message = error.message();
  return message.remedy && message.remedy->verb != by_looking().verb &&
         message.remedy->verb != by_listing_models().verb;
}

}  // namespace

ServedShop& Call::shop() const {
  if (service.shop != nullptr) return *service.shop;
  throw HttpProblem{.status = 409,
                    .kind = "not found",
                    .message = "this needs a shop, and only what was published is here"};
}

std::shared_ptr<const ShopView> Call::view() const { return shop().live.view(); }

std::shared_ptr<const ShopView> Call::view_if_any() const {
  return service.shop == nullptr ? nullptr : view();
}

HttpResponse json_response(const Json& json) { return {.body = json.dump()}; }

bool has_answer(const HttpRequest& request, const std::string& tag) {
  return request.header("if-none-match").find(tag) != std::string_view::npos;
}

HttpResponse tagged(HttpResponse response, const HttpRequest& request, const std::string& tag) {
  response.headers.emplace_back("ETag", tag);
  if (request.header("if-none-match") == "*" || has_answer(request, tag)) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

std::string tag_of(const ShopView& view, const HttpRequest& request) {
  const ChangeWatch::State& state = view.state();
  std::string what =
      fmt::format("{} {} {} {} {} {} {} {} ", version(), state.version, state.database.size,
                  state.database.seconds, state.database.nanoseconds, state.log.size,
                  state.log.seconds, state.log.nanoseconds);
  what += request.path;
  for (const auto& [name, value] : request.target.query)
    what += fmt::format("\n{}\n{}", name, value);
  return fmt::format("\"{:016x}\"", checksum(std::as_bytes(std::span(what))));
}

std::string tag_of(const HttpResponse& response) {
  return fmt::format("\"{:016x}\"", checksum(std::as_bytes(std::span(response.body))));
}

HttpResponse answered(const std::function<HttpResponse()>& make) {
  try {
    return make();
  } catch (const HttpProblem& problem) {
    return to_response(problem);
  } catch (const Error& error) {
    return to_response(problem_of(error));
  } catch (const std::exception& error) {
    return to_response({.kind = "internal",
                        .message = "a mistake of the service; the log tells more of this request",
                        .remark = error.what()});
  }
}

std::string line_of(const Message& message) {
  if (!message.remedy) return message.text;
  const char* between = message.remedy->does.starts_with("or ") ? ", " : ": ";
  return message.text + between + message.remedy->does + " by `likeness " + message.remedy->verb +
         "`";
}

HttpProblem problem_of(const Error& error) {
  if (const auto* request = dynamic_cast<const RequestError*>(&error)) {
    return {.status = 400,
            .kind = "input",
            .message = request->field() + " " + request->why(),
            .where = request->field()};
  }
  HttpProblem problem{.kind = name_of(error.kind()), .message = line_of(error.message())};
  switch (error.kind()) {
    case Error::Kind::kInput: problem.status = 400; break;
    case Error::Kind::kNotFound: problem.status = is_made_by_a_verb(error) ? 409 : 404; break;
    case Error::Kind::kCorrupt: problem.status = 503; break;
    case Error::Kind::kUnavailable:
      problem.status = 503;
      problem.headers = {{"Retry-After", "2"}};
      break;
    case Error::Kind::kFull: problem.status = 507; break;
  }
  return problem;
}

}  // namespace likeness
