# Debian's customs, for the files as they are about to be packed: the licence is in the file copyright, the changelog
# is there, and both it and the manual pages are compressed.
set(doc ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/doc/${CPACK_PACKAGE_NAME})
unset(ENV{DESTDIR}) # it is in the name of the folder already
file(REMOVE ${doc}/LICENSE)
file(INSTALL ${FG_COPYRIGHT} DESTINATION ${doc} RENAME copyright)
file(INSTALL ${FG_CHANGELOG} DESTINATION ${doc} RENAME changelog)
file(GLOB pages ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/man/man*/*.[0-9])
execute_process(COMMAND gzip --best --no-name --force ${doc}/changelog ${pages} COMMAND_ERROR_IS_FATAL ANY)
