# likeness_module(NAME SOURCES ... HEADERS ... [DEPENDS modules] [PRIVATE libraries])
# makes the static library likeness::NAME out of likeness/NAME/.
add_library(likeness_options INTERFACE)
target_compile_features(likeness_options INTERFACE cxx_std_20)
target_compile_options(likeness_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # false alarms in GCC 12's std::string (bug 105329)
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)  # GCC 12's <algorithm> warns of itself
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False there: it takes a source that others are compiled with for a header.
  target_compile_options(likeness_options INTERFACE -Wno-subobject-linkage)
endif()
if(LIKENESS_WARNINGS_AS_ERRORS)
  target_compile_options(likeness_options INTERFACE -Werror)
endif()
if(LIKENESS_SANITIZE)
  target_compile_options(likeness_options INTERFACE
    -fsanitize=${LIKENESS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(likeness_options INTERFACE -fsanitize=${LIKENESS_SANITIZE})
endif()
if(LIKENESS_BUILD_FUZZ)  # so that libFuzzer sees which of our code its inputs reach
  target_compile_options(likeness_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

function(likeness_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;DEPENDS;PRIVATE")
  set(target likeness_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(likeness::${name} ALIAS ${target})
  target_sources(${target} PUBLIC FILE_SET HEADERS
    BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HEADERS})
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${name} OUTPUT_NAME likeness-${name} CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON VERIFY_INTERFACE_HEADER_SETS ON)
  target_compile_features(${target} PUBLIC cxx_std_20)
  list(TRANSFORM arg_DEPENDS PREPEND likeness_)
  target_link_libraries(${target}
    PUBLIC ${arg_DEPENDS}
    PRIVATE ${arg_PRIVATE} $<BUILD_INTERFACE:likeness_options>)
  set_property(GLOBAL APPEND PROPERTY LIKENESS_MODULES ${name})
  install(TARGETS ${target} EXPORT likenessTargets FILE_SET HEADERS)
endfunction()
