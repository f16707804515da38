# What `cmake --install` puts where, and the packages that `cpack` makes of it.
include(GNUInstallDirs)

foreach(program fmferry fmsim)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()

# No program for users: fmferry starts it.
if(TARGET fmferry-thumbnailer)
  install(TARGETS fmferry-thumbnailer RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/fmferry)
endif()

install(FILES packaging/completions/fmferry.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME fmferry)
install(FILES packaging/completions/fmferry.zsh
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _fmferry)
install(FILES packaging/completions/fmferry.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(DIRECTORY packaging/examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md ARCHITECTURE.md CHANGELOG.md SECURITY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES docs/simulator.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/manual docs/formats DESTINATION ${CMAKE_INSTALL_DOCDIR}
  FILES_MATCHING PATTERN "*.md")

# Debian wants manual pages compressed, without a time stamp in them.
find_program(FMF_GZIP gzip)
function(fmf_install_compressed from to destination)
  if(NOT FMF_GZIP)
    install(FILES ${from} DESTINATION ${destination})
    return()
  endif()
  set(compressed ${CMAKE_BINARY_DIR}/compressed/${to}.gz)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/compressed)
  execute_process(COMMAND ${FMF_GZIP} -9nc ${CMAKE_SOURCE_DIR}/${from} OUTPUT_FILE ${compressed}
    COMMAND_ERROR_IS_FATAL ANY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${from})
  install(FILES ${compressed} DESTINATION ${destination})
endfunction()
fmf_install_compressed(docs/fmferry.1 fmferry.1 ${CMAKE_INSTALL_MANDIR}/man1)
fmf_install_compressed(docs/fmsim.1 fmsim.1 ${CMAKE_INSTALL_MANDIR}/man1)

# Packaging takes the programs as they were built; it does not build the tests first.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

set(CPACK_GENERATOR TGZ)
find_program(FMF_DPKG dpkg-shlibdeps)
if(FMF_DPKG)
  list(APPEND CPACK_GENERATOR DEB)
endif()
set(CPACK_PACKAGE_CONTACT "The fmferry developers <fmferry@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "FileMaker container fields into object storage, with proof")
set(CPACK_PACKAGE_DESCRIPTION "fmferry reads container fields over the FileMaker Data API, stores their\nbytes in S3 or a folder, writes them into an application's database, and\nproves each step by SHA-256. It resumes after any interruption. fmsim, a\nsimulated FileMaker Server for trials and tests, is included.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
include(CPack)
