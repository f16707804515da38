# fmferry_library(NAME [KILL_POINTS] SOURCES a.cpp ... [DEPS public...] [PRIVATE_DEPS private...])
# A static library `fmferry_NAME`; DEPS are other fmferry libraries by role, or imported targets.
function(fmferry_library name)
  cmake_parse_arguments(ARG "KILL_POINTS" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(fmferry_${name} STATIC ${ARG_SOURCES})
  target_include_directories(fmferry_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(fmferry_${name} PUBLIC ${ARG_DEPS} PRIVATE fmferry_options ${ARG_PRIVATE_DEPS})
  if(ARG_KILL_POINTS AND FMF_KILL_POINTS)
    target_compile_definitions(fmferry_${name} PRIVATE FMF_KILL_POINTS)
  endif()
endfunction()

# fmferry_test(NAME [SHARDS n] SOURCES ... [DEPS ...] [LABELS ...])
# One gtest binary and one CTest entry of that name; with shards, NAME_1 to NAME_n, which share the
# cases and may run side by side. Each is a link, as gtest names its report after the program.
function(fmferry_test name)
  cmake_parse_arguments(ARG "" "SHARDS" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE fmferry_options ${ARG_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  if(NOT ARG_SHARDS)
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}")
    return()
  endif()
  foreach(shard RANGE 1 ${ARG_SHARDS})
    math(EXPR index "${shard} - 1")
    set(program ${CMAKE_CURRENT_BINARY_DIR}/${name}_${shard})
    add_custom_target(${name}_${shard} ALL DEPENDS ${name}
      COMMAND ${CMAKE_COMMAND} -E create_symlink $<TARGET_FILE:${name}> ${program})
    add_test(NAME ${name}_${shard} COMMAND ${program} --gtest_brief=1)
    set_tests_properties(${name}_${shard} PROPERTIES LABELS "${ARG_LABELS}"
      ENVIRONMENT "GTEST_TOTAL_SHARDS=${ARG_SHARDS};GTEST_SHARD_INDEX=${index}")
  endforeach()
endfunction()

# fmferry_knows_checkout(SOURCES...): these files find the checkout under FMF_SOURCE_DIR. Only those
# that must: whatever names the folder is compiled anew in each checkout.
function(fmferry_knows_checkout)
  set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_DEFINITIONS FMF_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
endfunction()
