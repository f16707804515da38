# What every target of ours is compiled with, on one interface target.
option(FMF_WERROR "Warnings are errors" OFF)
option(FMF_CCACHE "Compile through ccache when it is there" ON)
option(FMF_COVERAGE "Instrument for gcov" OFF)
option(FMF_LTO "Link-time optimisation" OFF)
option(FMF_KILL_POINTS "Places where a test may kill the process" OFF)
option(FMF_THUMBNAILER "Build the thumbnailer; needs libvips" ON)
option(FMF_FUZZ "Build the fuzzers; needs clang" OFF)
set(FMF_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, comma separated")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(FMF_CCACHE)
  find_program(FMF_CCACHE_PROGRAM ccache)
  if(FMF_CCACHE_PROGRAM)
    # What one checkout compiled serves the next: a clean clone builds in a minute.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 ${FMF_CCACHE_PROGRAM})
  endif()
endif()

add_library(fmferry_options INTERFACE)
target_include_directories(fmferry_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(fmferry_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Wformat=2 -Wswitch-enum)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(fmferry_options INTERFACE
    -Wduplicated-cond -Wlogical-op -Wuseless-cast -Wsuggest-override)
endif()
if(FMF_WERROR)
  target_compile_options(fmferry_options INTERFACE -Werror)
endif()
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(fmferry_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()

# Sanitizers and coverage must reach every object, so they are global.
if(FMF_SANITIZE)
  add_compile_options(-fsanitize=${FMF_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${FMF_SANITIZE})
  if(FMF_SANITIZE MATCHES "thread")
    # g++ 12 sees null pointers in its own <string> once that is instrumented.
    target_compile_options(fmferry_options INTERFACE -Wno-null-dereference)
  endif()
endif()
if(FMF_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
if(FMF_COVERAGE)
  add_compile_options(--coverage -O0)
  add_link_options(--coverage)
endif()
if(FMF_LTO)
  include(CheckIPOSupported)
  check_ipo_supported(RESULT fmf_ipo OUTPUT fmf_ipo_why)
  if(fmf_ipo)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
  endif()
endif()
