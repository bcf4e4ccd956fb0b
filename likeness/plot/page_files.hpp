// The files of the page that are the same in every report, as they are embedded in the program when
// it is built: see cmake/LikenessEmbed.cmake.
#pragma once

#include <string_view>

namespace likeness {

extern const std::string_view kReportCss;
extern const std::string_view kReportJs;
extern const std::string_view kThreeMinJs;    // three.js, MIT licence
extern const std::string_view kThreeLicence;  // its copyright and licence, as Debian gives it

}  // namespace likeness
