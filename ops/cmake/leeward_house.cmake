# How every target of ours is compiled: language, warnings, hardening, sanitizers.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

if(LEEWARD_FUZZ AND NOT CMAKE_CXX_COMPILER_ID STREQUAL Clang)
  message(FATAL_ERROR "LEEWARD_FUZZ needs clang: ops/build fuzz")
endif()

add_library(leeward_house INTERFACE)
target_include_directories(leeward_house INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_options(leeward_house INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Wextra-semi -Wformat=2 -Wundef
  -Wswitch-enum
  -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
  -ftrivial-auto-var-init=zero
  # Two builds in different folders are the same bytes; while developing, ccache shares objects.
  $<$<CONFIG:Release>:-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.>
  $<$<CONFIG:Release>:-ffile-prefix-map=${CMAKE_BINARY_DIR}=build>)
target_link_options(leeward_house INTERFACE -Wl,-z,relro,-z,now)
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
  target_compile_options(leeward_house INTERFACE
    -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang)
else()
  # g++ 12 sees uninitialised members in every moved std::variant at -O2; clang and ASan look instead.
  target_compile_options(leeward_house INTERFACE -Wduplicated-cond -Wlogical-op
    -Wno-maybe-uninitialized)
endif()
if(LEEWARD_WERROR)
  target_compile_options(leeward_house INTERFACE -Werror)
endif()
if(LEEWARD_SANITIZE)
  target_compile_options(leeward_house INTERFACE -fsanitize=${LEEWARD_SANITIZE}
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(leeward_house INTERFACE -fsanitize=${LEEWARD_SANITIZE})
  target_compile_definitions(leeward_house INTERFACE _GLIBCXX_ASSERTIONS)
elseif(NOT CMAKE_BUILD_TYPE STREQUAL Debug)
  target_compile_definitions(leeward_house INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
endif()

# leeward_library(NAME SOURCES … LINK …): a static library named for its folder. LINK takes
# PUBLIC/PRIVATE as target_link_libraries does; third-party libraries are PRIVATE.
function(leeward_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC leeward_house ${arg_LINK})
endfunction()

# leeward_test(NAME SOURCES … LINK … [LABELS …] [TIMEOUT seconds]): one Catch2 program, discovered
# by ctest under "folder: sentence". Labels that ops/test knows: `slow` (left out by --quick) and
# `release-only` (left out under the sanitizers).
function(leeward_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE leeward_house ${arg_LINK} Catch2::Catch2WithMain rapidcheck)
  # What is tested is as it is shipped; the tests themselves compile in four fifths of the time.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  set(properties TIMEOUT ${arg_TIMEOUT})
  if(arg_LABELS)
    list(APPEND properties LABELS "${arg_LABELS}")
  endif()
  catch_discover_tests(${name} TEST_PREFIX "${name}: " DISCOVERY_MODE PRE_TEST
    PROPERTIES ${properties})
endfunction()

# leeward_fuzz(NAME SOURCES … LINK … CORPUS folder): a target with LLVMFuzzerTestOneInput. Where
# LEEWARD_FUZZ is on it is a libFuzzer program, elsewhere one that replays the files it is given;
# either way ctest runs it over its corpus.
function(leeward_fuzz name)
  cmake_parse_arguments(arg "" "CORPUS" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE leeward_house ${arg_LINK})
  if(LEEWARD_FUZZ)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set(replay -runs=0)
  else()
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/support/replay_corpus.cpp)
    set(replay "")
  endif()
  add_test(NAME "fuzz: ${name} takes its corpus"
    COMMAND ${name} ${replay} ${CMAKE_CURRENT_SOURCE_DIR}/${arg_CORPUS})
  set_tests_properties("fuzz: ${name} takes its corpus" PROPERTIES TIMEOUT 300)
endfunction()
