#include "likeness/manual/about.hpp"

#include "likeness/base/error.hpp"
#include "likeness/base/version.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/compute/processor.hpp"
#include "likeness/encoder/onnx_runtime.hpp"
#include "likeness/encoder/ranks.hpp"
#include "likeness/plot/chart.hpp"
#include "likeness/postgres/postgres.hpp"

namespace likeness {
namespace {

// A library that is loaded when it is needed, by what tells its version.
OptionalPart loaded(const std::string& name, std::string (*version)()) {
  try {
    return {.name = name, .is_there = true, .what = version()};
  } catch (const Error& error) {
    return {.name = name, .is_there = false, .what = error.what()};
  }
}

OptionalPart gnuplot() {
  const auto file = find_gnuplot();
  return {.name = "gnuplot",
          .is_there = file.has_value(),
          .what = file ? file->string() : "no charts: install Debian's gnuplot-nox"};
}

}  // namespace

About about_this_likeness() {
  return {.version = version(),
          .onednn = onednn_version(),
          .onednn_instructions = onednn_instructions(),
          .processor = processor_features(),
          .parts = {loaded("libvips", vips_version), gnuplot(), loaded("libpq", libpq_version),
                    loaded("Open MPI", open_mpi_version),
                    loaded("ONNX Runtime", onnx_runtime_version)}};
}

std::string to_text(const About& about) {
  std::string text = "likeness " + about.version + "\noneDNN " + about.onednn + ", computing by " +
                     about.onednn_instructions + "\nprocessor:";
  for (const std::string& feature : about.processor) text += " " + feature;
  for (const OptionalPart& part : about.parts) {
    text += "\n" + part.name + (part.is_there ? ": " : ": not there: ") + part.what;
  }
  return text + "\n";
}

Json to_json(const About& about) {
  Json::Array processor(about.processor.begin(), about.processor.end());
  Json::Array parts;
  for (const OptionalPart& part : about.parts) {
    parts.emplace_back(
        Json::Object{{"name", part.name}, {"present", part.is_there}, {"what", part.what}});
  }
  return Json::Object{{"version", about.version},
                      {"onednn", Json::Object{{"version", about.onednn},
                                              {"instructions", about.onednn_instructions}}},
                      {"processor", std::move(processor)},
                      {"parts", std::move(parts)}};
}

}  // namespace likeness
