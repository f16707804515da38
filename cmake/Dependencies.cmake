# Every library that comes from the system; ARCHITECTURE.md says in a line why each is here.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(tl-expected REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)

find_path(MAGIC_INCLUDE_DIR magic.h REQUIRED)
find_library(MAGIC_LIBRARY magic REQUIRED)
add_library(fmferry_magic INTERFACE)
target_include_directories(fmferry_magic SYSTEM INTERFACE ${MAGIC_INCLUDE_DIR})
target_link_libraries(fmferry_magic INTERFACE ${MAGIC_LIBRARY})

# Of the thumbnailer alone. System calls are filtered on Linux only; elsewhere the portable limits do.
if(FMF_THUMBNAILER)
  pkg_check_modules(vips REQUIRED IMPORTED_TARGET vips>=8.14)
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    pkg_check_modules(seccomp IMPORTED_TARGET libseccomp)
    if(NOT seccomp_FOUND)
      message(WARNING "libseccomp is not there: the thumbnailer will have the portable limits only")
    endif()
  endif()
endif()

# unixODBC is loaded at run time; only its headers are needed to build.
find_path(ODBC_INCLUDE_DIR sql.h REQUIRED)
