# What `cmake --install` puts where, and the packages that `cpack` makes of it.
include(GNUInstallDirs)

foreach(program fmferry fmsim)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()

install(FILES packaging/completions/fmferry.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME fmferry)
install(FILES packaging/completions/fmferry.zsh
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _fmferry)
install(FILES packaging/completions/fmferry.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(DIRECTORY packaging/examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md ARCHITECTURE.md SECURITY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/manual docs/formats DESTINATION ${CMAKE_INSTALL_DOCDIR}
  FILES_MATCHING PATTERN "*.md")

# Debian wants manual pages and change logs compressed, without a time stamp in them.
find_program(FMF_GZIP gzip)
if(FMF_GZIP)
  set(fmf_gzipped ${CMAKE_BINARY_DIR}/gzipped)
  foreach(pair docs/fmferry.1:fmferry.1.gz CHANGELOG.md:changelog.gz)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 from)
    list(GET pair 1 to)
    add_custom_command(OUTPUT ${fmf_gzipped}/${to}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${fmf_gzipped}
      COMMAND ${FMF_GZIP} -9nc ${CMAKE_SOURCE_DIR}/${from} > ${fmf_gzipped}/${to}
      DEPENDS ${CMAKE_SOURCE_DIR}/${from} VERBATIM)
    list(APPEND fmf_gzipped_files ${fmf_gzipped}/${to})
  endforeach()
  add_custom_target(fmferry_gzipped ALL DEPENDS ${fmf_gzipped_files})
  install(FILES ${fmf_gzipped}/fmferry.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${fmf_gzipped}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
else()
  install(FILES docs/fmferry.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
endif()

set(CPACK_GENERATOR TGZ)
find_program(FMF_DPKG dpkg-shlibdeps)
if(FMF_DPKG)
  list(APPEND CPACK_GENERATOR DEB)
endif()
set(CPACK_PACKAGE_CONTACT "The fmferry developers <fmferry@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION "fmferry reads container fields over the FileMaker Data API, stores their \
bytes in S3 or a folder, writes them into an application's database, and proves each \
step by SHA-256. It resumes after any interruption. fmsim, a simulated FileMaker \
Server for trials and tests, is included.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
include(CPack)
