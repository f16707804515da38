# fmferry_library(NAME SOURCES a.cpp ... [DEPS public...] [PRIVATE_DEPS private...])
# A static library `fmferry_NAME`; DEPS are other fmferry libraries by role, or imported targets.
function(fmferry_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(fmferry_${name} STATIC ${ARG_SOURCES})
  target_include_directories(fmferry_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(fmferry_${name} PUBLIC ${ARG_DEPS} PRIVATE fmferry_options ${ARG_PRIVATE_DEPS})
endfunction()

# fmferry_test(NAME SOURCES ... [DEPS ...] [LABELS ...])
# One gtest binary and one CTest entry of that name; NAME_gtest's own output names the cases.
function(fmferry_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE fmferry_options ${ARG_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE FMF_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}")
endfunction()
