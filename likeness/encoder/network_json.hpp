// The description of a network as JSON, as the model file keeps it.
#pragma once

#include <string>

#include "likeness/base/json.hpp"
#include "likeness/encoder/network.hpp"

namespace likeness {

[[nodiscard]] Json to_json(const Network& network);

// Doubts everything: kinds, positions, sizes, and that each layer's output is what its kind makes
// of its inputs. Error::kCorrupt names the source and the layer.
[[nodiscard]] Network network_from_json(const Json& json, const std::string& source);

}  // namespace likeness
