# Kind dev: clang's opinion on the warnings, debug information, assertions.
set(CMAKE_C_COMPILER clang-14 CACHE STRING "")
set(CMAKE_CXX_COMPILER clang++-14 CACHE STRING "")
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(LEEWARD_WERROR ON CACHE BOOL "")
