// likeness serve SHOP
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "likeness/postgres/postgres.hpp"
#include "likeness/web/service.hpp"
#include "likeness/web/service_manager.hpp"

namespace likeness {
namespace {

void run(Service& service, const Work& work) {
  if (service.run()) return;
  work.say(
      "a job would not end in time and is broken off: a training goes on when the shop is served "
      "again");
  std::fflush(nullptr);
  std::_Exit(EXIT_SUCCESS);  // as if killed, which harms no shop
}

}  // namespace

Action serve_command(Arguments& arguments) {
  const auto request = std::make_shared<ServiceRequest>();
  const auto shop = std::make_shared<std::filesystem::path>();
  arguments.word({"SHOP", "", "the shop's folder, or postgresql://... that it was published into"},
                 *shop);
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
  return [request, shop](const Work& work) {
    const bool is_database = is_postgres_address(shop->native());
    if (is_database && request->search) {
      throw UsageError("--search is for a shop: give databases once, with commas between");
    }
    if (is_database) request->search = *shop;
    if (!is_database) request->files = {.folder = *shop};
    request->socket = take_listening_socket();
    const auto form = std::make_shared<Result::Form>(Result::Form::kText);
    const auto service =
        std::make_shared<Service>(*request, work, [work, form](const HttpExchange& exchange) {
          work.say(*form == Result::Form::kJson ? to_json(exchange).dump() : line_of(exchange));
        });
    const std::string model = service->model();
    Result result{.json = Json::Object{{"listen", service->address()},
                                       {"shop", is_database ? Json() : Json(shop->string())},
                                       {"model", model.empty() ? Json() : Json(model)},
                                       {"items", service->items()}}};
    result.text.line("{}: {} items{}", is_database ? "What was published" : shop->string(),
                     service->items(), model.empty() ? ", no model yet" : ", by " + model);
    result.text.line("Look at it: http://{}/  (Ctrl-C ends it)", service->address());
    result.then = [service, form, work](Result::Form asked) {
      *form = asked;
      run(*service, work);
    };
    return result;
  };
}

}  // namespace likeness
