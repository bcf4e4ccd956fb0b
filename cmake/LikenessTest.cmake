# likeness_test(MODULE files... [PARALLEL files...] [REAL_DATA files...])
# makes one test program of a module out of all files; `ctest -L MODULE` runs it.
# PARALLEL marks the tests that use threads: the thread sanitizer's build runs these and no others.
# REAL_DATA marks the tests on real pictures (tests/support/real_data.hpp): a program of its own,
# in builds without sanitizers, and skipped where the pictures are absent.
find_package(GTest REQUIRED)
include(GoogleTest)

set(LIKENESS_DATA "${PROJECT_SOURCE_DIR}/../shared/data" CACHE PATH
  "Folder of the real pictures' .tar files and tables: tests that need them are skipped without it")

# "thread" runs what is parallel; so that one summary of all builds names the build of a failure.
set(likeness_test_prefix "")
if(LIKENESS_SANITIZE MATCHES "thread")
  set(likeness_test_prefix "tsan.")
elseif(LIKENESS_SANITIZE)
  set(likeness_test_prefix "asan.")
endif()

# Every add_test should have it, too: set_tests_properties(... ENVIRONMENT "${...}").
set(likeness_test_environment
  "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
  "UBSAN_OPTIONS=print_stacktrace=1"
  "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tools/lsan.supp:print_suppressions=0"
  "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tools/tsan.supp:second_deadlock_stack=1")

# GCC 12's thread sanitizer cannot start where a kernel randomises addresses by more than 28 bits.
if(LIKENESS_SANITIZE MATCHES "thread" AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
  execute_process(COMMAND setarch --addr-no-randomize true RESULT_VARIABLE failed ERROR_QUIET)
  if(NOT failed)
    set(CMAKE_CROSSCOMPILING_EMULATOR setarch --addr-no-randomize)
  endif()
endif()

function(likeness_add_gtest program module)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "FILES;PROPERTIES;ENVIRONMENT")
  add_executable(${program} ${arg_FILES})
  target_include_directories(${program} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${program} PRIVATE likeness_options GTest::gtest_main)
  add_dependencies(${program} likeness_vips)
  if(TARGET likeness::${module})
    target_link_libraries(${program} PRIVATE likeness::${module})
  endif()
  gtest_discover_tests(${program} TEST_PREFIX ${likeness_test_prefix}${module}.
    DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${module} TIMEOUT 300 ${arg_PROPERTIES})
  # gtest_discover_tests cannot take a list as a property's value; ctest reads this file after its.
  set(environment_file ${CMAKE_CURRENT_BINARY_DIR}/${program}_environment.cmake)
  file(WRITE ${environment_file}
    "if(DEFINED ${program}_TESTS)\n"
    "  set_tests_properties(\${${program}_TESTS} PROPERTIES ENVIRONMENT\n"
    "    \"${likeness_test_environment};${arg_ENVIRONMENT}\")\n"
    "endif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${environment_file})
endfunction()

# The real pictures are unpacked once, before the first test that needs them.
function(likeness_add_real_data)
  get_property(added GLOBAL PROPERTY LIKENESS_REAL_DATA_ADDED)
  if(NOT added)
    set_property(GLOBAL PROPERTY LIKENESS_REAL_DATA_ADDED TRUE)
    add_test(NAME data.unpack
      COMMAND ${PROJECT_SOURCE_DIR}/tests/support/unpack_data.sh
              ${LIKENESS_DATA} ${PROJECT_BINARY_DIR}/data)
    set_tests_properties(data.unpack PROPERTIES
      FIXTURES_SETUP real_data SKIP_RETURN_CODE 77 TIMEOUT 300)
  endif()
endfunction()

function(likeness_test module)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "PARALLEL;REAL_DATA")
  set(files ${arg_UNPARSED_ARGUMENTS} ${arg_PARALLEL})
  if(NOT LIKENESS_SANITIZE MATCHES "thread")
    likeness_add_gtest(${module}_test ${module} FILES ${files})
  elseif(arg_PARALLEL)
    list(FILTER arg_UNPARSED_ARGUMENTS EXCLUDE REGEX "_test\\.cpp$")  # what the tests share stays
    likeness_add_gtest(${module}_test ${module} FILES ${arg_UNPARSED_ARGUMENTS} ${arg_PARALLEL})
  else()  # so that the target exists for whoever links something to it
    add_executable(${module}_test EXCLUDE_FROM_ALL ${files})
  endif()
  if(arg_REAL_DATA AND NOT LIKENESS_SANITIZE)
    likeness_add_real_data()
    likeness_add_gtest(${module}_real_data_test ${module} FILES ${arg_REAL_DATA}
      PROPERTIES FIXTURES_REQUIRED real_data TIMEOUT 900
      ENVIRONMENT LIKENESS_TEST_DATA=${PROJECT_BINARY_DIR}/data)
  endif()
endfunction()
