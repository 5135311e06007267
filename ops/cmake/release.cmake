# Kind release: what is shipped, tested and measured. g++, warnings are errors.
set(CMAKE_C_COMPILER gcc CACHE STRING "")
set(CMAKE_CXX_COMPILER g++ CACHE STRING "")
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(LEEWARD_WERROR ON CACHE BOOL "")
