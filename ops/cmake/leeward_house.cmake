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

add_library(leeward_house INTERFACE)
target_include_directories(leeward_house INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_options(leeward_house INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Wextra-semi -Wformat=2 -Wundef
  -Wswitch-enum
  -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
  -ftrivial-auto-var-init=zero -ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=build)
target_link_options(leeward_house INTERFACE -Wl,-z,relro,-z,now)
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
  target_compile_options(leeward_house INTERFACE
    -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang)
else()
  target_compile_options(leeward_house INTERFACE -Wduplicated-cond -Wlogical-op)
endif()
if(LEEWARD_WERROR)
  target_compile_options(leeward_house INTERFACE -Werror)
endif()
if(LEEWARD_SANITIZE)
  target_compile_options(leeward_house INTERFACE -fsanitize=${LEEWARD_SANITIZE}
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(leeward_house INTERFACE -fsanitize=${LEEWARD_SANITIZE})
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

# leeward_test(NAME SOURCES … LINK …): one Catch2 program, discovered by ctest under "folder: sentence".
function(leeward_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE leeward_house ${arg_LINK} Catch2::Catch2WithMain rapidcheck)
  catch_discover_tests(${name} TEST_PREFIX "${name}: " DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT 300)
endfunction()
