# Every library that is not ours and ends in a program, found once, here. Our build includes this
# file, and so does likeness-config.cmake when installed: our libraries are static, so whoever links
# one of them links what it uses, too. The pkg-config file gets the same list from two variables.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(hwy REQUIRED)
find_package(SQLite3 3.37 REQUIRED)  # STRICT tables
pkg_check_modules(JPEG REQUIRED IMPORTED_TARGET libjpeg)
pkg_check_modules(TURBOJPEG REQUIRED IMPORTED_TARGET libturbojpeg)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)

# oneDNN's own CMake package asks for OpenCL, which the CPU does not need.
find_path(DNNL_INCLUDE dnnl.hpp REQUIRED)
find_library(DNNL_LIBRARY dnnl REQUIRED)
if(NOT TARGET oneDNN::oneDNN)
  add_library(oneDNN::oneDNN UNKNOWN IMPORTED)
  set_target_properties(oneDNN::oneDNN PROPERTIES
    IMPORTED_LOCATION ${DNNL_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${DNNL_INCLUDE})
endif()

# Static: of the shared one ten further libraries would be loaded at every start.
find_path(ARCHIVE_INCLUDE archive.h REQUIRED)
find_library(ARCHIVE_LIBRARY libarchive.a REQUIRED)
if(NOT TARGET LibArchive::Static)
  add_library(LibArchive::Static UNKNOWN IMPORTED)
  set_target_properties(LibArchive::Static PROPERTIES
    IMPORTED_LOCATION ${ARCHIVE_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${ARCHIVE_INCLUDE})
endif()

# Static: one library less is loaded at every start.
find_path(PROTOBUF_INCLUDE google/protobuf/message_lite.h REQUIRED)
find_library(PROTOBUF_LITE_LIBRARY libprotobuf-lite.a REQUIRED)
if(NOT TARGET Protobuf::LiteStatic)
  add_library(Protobuf::LiteStatic UNKNOWN IMPORTED)
  set_target_properties(Protobuf::LiteStatic PROPERTIES
    IMPORTED_LOCATION ${PROTOBUF_LITE_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${PROTOBUF_INCLUDE})
endif()

set(LIKENESS_PKG_CONFIG_REQUIRES libjpeg libturbojpeg libutf8proc libxxhash libsodium fmt zlib sqlite3 libhwy)
set(LIKENESS_PKG_CONFIG_LIBS -ldnnl -fopenmp -pthread -l:libarchive.a -l:libprotobuf-lite.a)  # what has no pkg-config file
