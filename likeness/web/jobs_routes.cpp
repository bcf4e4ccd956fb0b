// Jobs: asked for, watched and ended.
#include <charconv>
#include <string>
#include <utility>

#include "likeness/web/call.hpp"
#include "likeness/web/parameters.hpp"
#include "likeness/web/routes.hpp"
#include "likeness/web/sent_json.hpp"
#include "likeness/web/served_shop.hpp"

namespace likeness {
namespace {

std::uint64_t id_of(const Call& call) {
  std::uint64_t id = 0;
  const char* end = call.named.data() + call.named.size();
  const auto [stop, wrong] = std::from_chars(call.named.data(), end, id);
  if (wrong == std::errc() && stop == end) return id;
  throw HttpProblem{.status = 404, .kind = "not found", .message = "there is no such job"};
}

HttpResponse accepted(const Job& job) {
  HttpResponse response = json_response(to_json(job));
  response.status = 202;
  return response;
}

}  // namespace

HttpResponse list_jobs(const Call& call) {
  const Parameters given(call.request.target, {});
  Json::Array jobs;
  for (const Job& job : call.shop().jobs.all()) jobs.push_back(to_json(job));
  return json_response(Json::Object{{"jobs", std::move(jobs)}});
}

HttpResponse show_job(const Call& call) {
  const Parameters given(call.request.target, {});
  const auto job = call.shop().jobs.find(id_of(call));
  if (job) return json_response(to_json(*job));
  throw HttpProblem{.status = 404, .kind = "not found", .message = "there is no such job"};
}

// {"verb": "train", "options": {"minutes": 5}}
void start_job(const Call& call, const Respond& respond) {
  const Parameters given(call.request.target, {});
  const Json body = sent_json(call.request.body, "body");
  const Json* verb = nullptr;
  const Json* options = nullptr;
  try {
    verb = body.find("verb");
    options = body.find("options");
    const std::size_t known = (verb == nullptr ? 0U : 1U) + (options == nullptr ? 0U : 1U);
    if (body.object().size() != known) verb = nullptr;
    if (verb != nullptr) (void)verb->text();
    if (options != nullptr) (void)options->object();
  } catch (const Error&) {
    verb = nullptr;
  }
  if (verb == nullptr) {
    throw HttpProblem{.status = 400,
                      .kind = "input",
                      .message = R"(the body is to be such as {"verb": "train", "options": {}})",
                      .where = "body"};
  }
  const Job job =
      call.shop().jobs.add(verb->text(), options == nullptr ? Json(Json::Object()) : *options);
  HttpResponse response = accepted(job);
  response.headers.emplace_back("Location", "/api/v1/jobs/" + std::to_string(job.id));
  respond(std::move(response));
}

void stop_job(const Call& call, const Respond& respond) {
  const Parameters given(call.request.target, {});
  respond(accepted(call.shop().jobs.stop(id_of(call))));
}

}  // namespace likeness
