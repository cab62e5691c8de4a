# Debian's customs, for the files as they are about to be packed: the licence is in the file copyright, the changelog
# is there, and both it and the manual pages are compressed.
set(doc ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/doc/${CPACK_PACKAGE_NAME})
unset(ENV{DESTDIR}) # it is in the name of the folder already
file(REMOVE ${doc}/LICENSE)
file(INSTALL ${FG_COPYRIGHT} DESTINATION ${doc} RENAME copyright)

# Not in /etc: dpkg would ask whoever changed it whenever a comment in it is another one. postinst puts it there once.
set(etc ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/etc/facegate)
if(EXISTS ${etc}/facegate.conf)
  file(RENAME ${etc}/facegate.conf ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/facegate/facegate.conf)
endif()

# The same version is the same files: apt leaves an installed package alone if only its files are other ones.
if(FG_SUM)
  file(GLOB_RECURSE files RELATIVE ${CPACK_TEMPORARY_INSTALL_DIRECTORY} ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*)
  list(SORT files)
  set(sums "")
  foreach(file IN LISTS files)
    file(SHA256 ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/${file} sum)
    string(APPEND sums "${sum}  ${file}\n")
  endforeach()
  string(SHA256 sum "${sums}")
  if(NOT sum STREQUAL FG_SUM)
    message(FATAL_ERROR "${CPACK_PACKAGE_NAME} ${CPACK_PACKAGE_VERSION} had other files. Give it the next version, "
      "today's date and this sum in systemd/debian/package.cmake: ${sum}")
  endif()
endif()

if(FG_SYMBOLS)
  file(REMOVE_RECURSE ${FG_SYMBOLS})
  file(WRITE ${FG_SYMBOLS}/control "Package: ${CPACK_PACKAGE_NAME}-dbgsym
Version: ${CPACK_PACKAGE_VERSION}
Auto-Built-Package: debug-symbols
Architecture: ${CPACK_DEBIAN_PACKAGE_ARCHITECTURE}
Maintainer: ${CPACK_DEBIAN_PACKAGE_MAINTAINER}
Depends: ${CPACK_PACKAGE_NAME} (= ${CPACK_PACKAGE_VERSION})
Section: debug
Priority: optional
Description: debug symbols for ${CPACK_PACKAGE_NAME}
")
  execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/symbols.sh
    ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/bin/facegate ${FG_SYMBOLS} ${FG_READELF} ${FG_OBJCOPY}
    INPUT_FILE ${FG_SYMBOLS}/control COMMAND_ERROR_IS_FATAL ANY)
endif()

configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in ${doc}/changelog @ONLY)
file(GLOB pages ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/man/man*/*.[0-9])
execute_process(COMMAND gzip --best --no-name --force ${doc}/changelog ${pages} COMMAND_ERROR_IS_FATAL ANY)
