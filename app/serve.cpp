// likeness serve SHOP
#include <fmt/format.h>

#include <memory>
#include <string>

#include "app/commands.hpp"
#include "likeness/postgres/postgres.hpp"
#include "likeness/web/service.hpp"
#include "likeness/web/service_manager.hpp"

namespace likeness {
namespace {

std::string line_of(const HttpExchange& exchange) {
  const std::string& remark = exchange.response.remark;
  return fmt::format("{} {} {} {:.1f} ms {}{}", exchange.request.method, exchange.request.path,
                     exchange.response.status, exchange.seconds * 1e3, exchange.request.id,
                     remark.empty() ? "" : ": " + remark);
}

}  // namespace

Action serve_command(Arguments& arguments) {
  const auto request = std::make_shared<ServiceRequest>();
  arguments.word({"SHOP", "", "the shop's folder"}, request->files.folder);
  arguments.option({"--listen", "ADDRESS", "where to listen [127.0.0.1:8080]"}, request->listen);
  arguments.option({"--keys", "FILE", "who may ask what (likeness key new) [only this machine]"},
                   request->access.keys);
  arguments.option({"--rate", "N", "requests a second of each key, and address without one [1000]"},
                   request->access.rate);
  arguments.repeatable({"--allow-origin", "ORIGIN", "https://SITE whose pages may ask, too"},
                       request->access.origins);
  arguments.option({"--search", "DATABASE",
                    "postgresql://... that recommends instead, of all that was published there"},
                   request->search);
  arguments.flag({"--originals", "", "shows the items' files where they are larger"},
                 request->originals);
  return [request](const Work& work) {
    if (is_postgres_address(request->files.folder.native()))
      throw UsageError("a database needs a shop beside it: give SHOP --search postgresql://...");
    request->socket = take_listening_socket();
    const auto form = std::make_shared<Result::Form>(Result::Form::kText);
    const auto service =
        std::make_shared<Service>(*request, work, [work, form](const HttpExchange& exchange) {
          work.say(*form == Result::Form::kJson ? to_json(exchange).dump() : line_of(exchange));
        });
    const std::string model = service->model();
    Result result{.json = Json::Object{{"listen", service->address()},
                                       {"shop", request->files.folder.string()},
                                       {"model", model.empty() ? Json() : Json(model)},
                                       {"items", service->items()}}};
    result.text.line("{}: {} items{}", request->files.folder.string(), service->items(),
                     model.empty() ? ", no model yet" : ", by " + model);
    result.text.line("Look at it: http://{}/  (Ctrl-C ends it)", service->address());
    result.then = [service, form](Result::Form asked) {
      *form = asked;
      service->run();
    };
    return result;
  };
}

}  // namespace likeness
