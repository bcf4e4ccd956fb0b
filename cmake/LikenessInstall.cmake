# What `cmake --install` gives: program, static libraries, headers, and the two ways to find them,
# find_package(likeness) and pkg-config. tests/install/ builds an outside project by both.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/likeness)

install(EXPORT likenessTargets NAMESPACE likeness:: DESTINATION ${package_dir})
configure_package_config_file(cmake/likeness-config.cmake.in
  ${PROJECT_BINARY_DIR}/likeness-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/likeness-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/likeness-config.cmake
              ${PROJECT_BINARY_DIR}/likeness-config-version.cmake
              cmake/LikenessDependencies.cmake DESTINATION ${package_dir})

# A linker reads from left to right: a module stands before those that it depends on.
get_property(pkg_config_modules GLOBAL PROPERTY LIKENESS_MODULES)
list(REVERSE pkg_config_modules)
list(TRANSFORM pkg_config_modules PREPEND -llikeness-)
list(JOIN pkg_config_modules " " pkg_config_modules)
list(JOIN LIKENESS_PKG_CONFIG_LIBS " " pkg_config_libs)
list(JOIN LIKENESS_PKG_CONFIG_REQUIRES " " pkg_config_requires)
file(RELATIVE_PATH pkg_config_prefix  # so that an installed tree may be moved
  /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/likeness.pc.in ${PROJECT_BINARY_DIR}/likeness.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/likeness.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
