// The page and the service's description, embedded when this is built (see CMakeLists.txt).
#pragma once

#include <string_view>

namespace likeness {

extern const std::string_view kPageHtml;
extern const std::string_view kPageCss;
extern const std::string_view kPageJs;
extern const std::string_view kWidgetJs;
extern const std::string_view kOpenapiJson;

}  // namespace likeness
