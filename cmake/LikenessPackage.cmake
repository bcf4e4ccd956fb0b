# What is made for installing beside the program: man pages and completion, which the program writes
# itself, and the Debian package that `cpack` makes of the build (tools/package.sh does all of it).
set(manual ${PROJECT_BINARY_DIR}/manual)
add_custom_command(OUTPUT ${manual}/made
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${manual}
  COMMAND likeness manual ${manual} --quiet
  COMMAND find ${manual}/man -name *.1 -exec gzip -9n {} +
  COMMAND ${CMAKE_COMMAND} -E touch ${manual}/made
  DEPENDS likeness VERBATIM)
add_custom_target(manual ALL DEPENDS ${manual}/made)
install(DIRECTORY ${manual}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT program)
install(FILES ${manual}/bash-completion/completions/likeness
  DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/bash-completion/completions COMPONENT program)
# Where zsh looks below /usr/local, and below /usr for what a package brings.
install(FILES ${manual}/zsh/vendor-completions/_likeness
  DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/zsh/site-functions)
install(FILES ${manual}/zsh/vendor-completions/_likeness
  DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/zsh/vendor-completions COMPONENT package EXCLUDE_FROM_ALL)

if(EXISTS /etc/os-release)
  file(STRINGS /etc/os-release debian REGEX "^VERSION_(ID|CODENAME)=")
endif()
string(REGEX MATCH "VERSION_ID=\"?([0-9]+)" matched "${debian}")
set(LIKENESS_DEBIAN_RELEASE "${CMAKE_MATCH_1}")
string(REGEX MATCH "VERSION_CODENAME=\"?([a-z]+)" matched "${debian}")
set(LIKENESS_DEBIAN_CODENAME "${CMAKE_MATCH_1}")
set(LIKENESS_MAINTAINER "likeness maintainers <maintainers@likeness.invalid>" CACHE STRING
  "Who is to be written to about the package: Name <address>")

set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CONTACT "${LIKENESS_MAINTAINER}")
set(CPACK_COMPONENTS_ALL program package)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_NAME likeness)
set(CPACK_DEBIAN_PACKAGE_VERSION ${PROJECT_VERSION})
# So that the package of the next Debian is the newer one, and takes this one's place there.
set(CPACK_DEBIAN_PACKAGE_RELEASE 1~deb${LIKENESS_DEBIAN_RELEASE})
set(CPACK_DEBIAN_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)  # also of the library that the program loads when it needs it
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, fonts-dejavu-core")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnuplot-nox | gnuplot, libpq5")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS openmpi-bin)  # few train on several machines
if(LIKENESS_ONNX_RUNTIME_PACKAGE)
  string(APPEND CPACK_DEBIAN_PACKAGE_RECOMMENDS ", ${LIKENESS_ONNX_RUNTIME_PACKAGE}")
endif()
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "recommend images by what they look like")
set(CPACK_PACKAGE_DESCRIPTION
"likeness learns from a catalogue of pictures alone, without labels, to
describe each of them by a short vector, and answers 'more like this': on
the command line, over HTTP, and by a page to walk through the catalogue.
It computes on the processor and needs nothing from a network.

The service likeness@NAME answers from the shop /var/lib/likeness/NAME.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(package ${PROJECT_SOURCE_DIR}/package)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${package}/postinst ${package}/prerm ${package}/postrm)

# Debian's policy: compressed, and without the time of the compression.
string(TIMESTAMP LIKENESS_PACKAGED_AT "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(documents ${PROJECT_BINARY_DIR}/package)
configure_file(${package}/changelog.in ${documents}/changelog.Debian @ONLY)
add_custom_command(OUTPUT ${documents}/changelog.gz ${documents}/changelog.Debian.gz
  COMMAND ${CMAKE_COMMAND} -E copy ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${documents}/changelog
  COMMAND gzip -9nkf ${documents}/changelog ${documents}/changelog.Debian
  DEPENDS ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${documents}/changelog.Debian VERBATIM)
add_custom_target(package_documents
  DEPENDS ${documents}/changelog.gz ${documents}/changelog.Debian.gz)
install(FILES ${documents}/changelog.gz ${documents}/changelog.Debian.gz ${package}/copyright
    ${PROJECT_SOURCE_DIR}/README.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT package EXCLUDE_FROM_ALL)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT package EXCLUDE_FROM_ALL)
install(FILES ${package}/likeness@.service ${package}/likeness@.socket
  DESTINATION lib/systemd/system COMPONENT package EXCLUDE_FROM_ALL)

# The licences of what is a part of the program, and not a package that this one depends on.
foreach(name IN ITEMS libjs-three node-react node-react-dom libhnswlib-dev libeigen3-dev libboost-dev
    libcli11-dev nlohmann-json3-dev libarchive-dev libprotobuf-dev libonnx-dev)
  file(REAL_PATH /usr/share/doc/${name}/copyright licence)
  install(FILES ${licence} DESTINATION ${CMAKE_INSTALL_DOCDIR}/third-party RENAME ${name}.copyright
    COMPONENT package EXCLUDE_FROM_ALL)
endforeach()
include(CPack)
