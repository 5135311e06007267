# Kind asan: AddressSanitizer and UndefinedBehaviorSanitizer over the whole tree. clang only: g++'s
# take three times as long to build and do not run under libfaketime. The fuzz targets are built
# too, so that their corpora run as tests.
set(CMAKE_C_COMPILER clang-14 CACHE STRING "")
set(CMAKE_CXX_COMPILER clang++-14 CACHE STRING "")
set(CMAKE_BUILD_TYPE None CACHE STRING "")
set(CMAKE_CXX_FLAGS "-O1 -g1" CACHE STRING "")
set(CMAKE_C_FLAGS "-O1 -g1" CACHE STRING "")
set(LEEWARD_SANITIZE "address,undefined" CACHE STRING "")
set(LEEWARD_FUZZ ON CACHE BOOL "")
