# Kind fuzz: the sanitizers, and libFuzzer's coverage in every file of ours, for long runs.
set(CMAKE_C_COMPILER clang-14 CACHE STRING "")
set(CMAKE_CXX_COMPILER clang++-14 CACHE STRING "")
set(CMAKE_BUILD_TYPE None CACHE STRING "")
set(CMAKE_CXX_FLAGS "-O1 -g1" CACHE STRING "")
set(CMAKE_C_FLAGS "-O1 -g1" CACHE STRING "")
set(LEEWARD_SANITIZE "address,undefined,fuzzer-no-link" CACHE STRING "")
set(LEEWARD_FUZZ ON CACHE BOOL "")
