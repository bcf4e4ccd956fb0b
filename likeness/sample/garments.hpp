// The things of the sample catalogue. Each function draws one, by chance, in the middle of the
// canvas, and returns its cut: what kind of shirt or shoe it is.
#pragma once

#include <string_view>

#include "likeness/base/random.hpp"
#include "likeness/sample/drawing.hpp"

namespace likeness {

std::string_view draw_t_shirt(Drawing& drawing, Random& random);
std::string_view draw_shirt(Drawing& drawing, Random& random);
std::string_view draw_sweater(Drawing& drawing, Random& random);
std::string_view draw_jacket(Drawing& drawing, Random& random);
std::string_view draw_dress(Drawing& drawing, Random& random);
std::string_view draw_skirt(Drawing& drawing, Random& random);
std::string_view draw_trousers(Drawing& drawing, Random& random);
std::string_view draw_socks(Drawing& drawing, Random& random);
std::string_view draw_shoe(Drawing& drawing, Random& random);
std::string_view draw_boot(Drawing& drawing, Random& random);
std::string_view draw_bag(Drawing& drawing, Random& random);
std::string_view draw_hat(Drawing& drawing, Random& random);
std::string_view draw_watch(Drawing& drawing, Random& random);
std::string_view draw_sunglasses(Drawing& drawing, Random& random);

}  // namespace likeness
