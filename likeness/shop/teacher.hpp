// A model of the shop that teaches another: what it sees in the pictures that are learned from.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "likeness/base/work.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

// Whether it is the name of such a file, and not of a model.
[[nodiscard]] bool is_encoder_file(const std::string& wanted);

// The name of the model that is meant: of a FILE.onnx the encoder alone, which is imported where
// the shop does not have it. RequestError for what is no model and for an encoder of which more has
// to be said than its file does; errors as of import_model().
[[nodiscard]] std::string name_of_teacher(const ShopFiles& files, const std::string& wanted,
                                          const Work& work);

// (positions, numbers): the latents of the shop's items at these positions, at least one, of a
// descriptor with a pretrained encoder that part alone. Where the shop does not have them, the
// model looks at the pictures; what it saw is kept beside its latents until it looks at other
// pictures. Errors as of own_latents(), Error::kInput for a model of pictures of another size,
// kUnavailable if stopped.
[[nodiscard]] std::vector<float> look_of_teacher(Shop& shop, const std::string& teacher,
                                                 std::span<const std::size_t> positions,
                                                 const Work& work);

}  // namespace likeness
