# Third-party libraries as targets. ops/setup puts them where this looks.
if(DEFINED ENV{LEEWARD_DEPS})
  set(leeward_deps_default "$ENV{LEEWARD_DEPS}")
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(leeward_deps_default "$ENV{XDG_CACHE_HOME}/leeward/deps")
else()
  set(leeward_deps_default "$ENV{HOME}/.cache/leeward/deps")
endif()
set(LEEWARD_DEPS "${leeward_deps_default}" CACHE PATH "Where ops/setup built libsodium and valijson")

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(cppzmq REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(Catch2 3 REQUIRED)
find_package(rapidcheck REQUIRED)
include(Catch)
# sqlcipher.pc carries SQLite's version, not SQLCipher's: the opener checks PRAGMA cipher_version.
pkg_check_modules(sqlcipher REQUIRED IMPORTED_TARGET sqlcipher)

# QR codes, for sealed files on paper: Debian ships neither a .pc nor a CMake file.
find_library(LEEWARD_QRCODEGEN NAMES qrcodegencpp REQUIRED)
find_path(LEEWARD_QRCODEGEN_INCLUDE qrcodegen/qrcodegen.hpp REQUIRED)
add_library(leeward_qrcodegen INTERFACE)
target_link_libraries(leeward_qrcodegen INTERFACE ${LEEWARD_QRCODEGEN})
target_include_directories(leeward_qrcodegen SYSTEM INTERFACE ${LEEWARD_QRCODEGEN_INCLUDE})

# libsodium: the private static one (X-Wing came in 1.0.22), never the system's that libzmq links.
find_library(LEEWARD_SODIUM_A NAMES libsodium.a PATHS ${LEEWARD_DEPS}/sodium/lib NO_DEFAULT_PATH REQUIRED)
find_path(LEEWARD_SODIUM_INCLUDE sodium.h PATHS ${LEEWARD_DEPS}/sodium/include NO_DEFAULT_PATH REQUIRED)
add_library(leeward_sodium STATIC IMPORTED)
set_target_properties(leeward_sodium PROPERTIES
  IMPORTED_LOCATION ${LEEWARD_SODIUM_A}
  INTERFACE_INCLUDE_DIRECTORIES ${LEEWARD_SODIUM_INCLUDE}
  INTERFACE_COMPILE_DEFINITIONS SODIUM_STATIC=1)
# Only this archive: ALL would hide clang's sanitizer runtime from libstdc++ and break free().
target_link_options(leeward_sodium INTERFACE -Wl,--exclude-libs,libsodium.a)

# libharu, which Debian ships without a CMake file: PDF in the fonts that every reader has.
find_path(LEEWARD_HPDF_INCLUDE hpdf.h REQUIRED)
find_library(LEEWARD_HPDF_LIBRARY hpdf REQUIRED)
add_library(leeward_hpdf INTERFACE IMPORTED)
set_target_properties(leeward_hpdf PROPERTIES
  INTERFACE_INCLUDE_DIRECTORIES ${LEEWARD_HPDF_INCLUDE}
  INTERFACE_LINK_LIBRARIES ${LEEWARD_HPDF_LIBRARY})

find_path(LEEWARD_VALIJSON_INCLUDE valijson/validator.hpp
  PATHS ${LEEWARD_DEPS}/valijson/usr/include NO_DEFAULT_PATH REQUIRED)
add_library(leeward_valijson INTERFACE IMPORTED)
set_target_properties(leeward_valijson PROPERTIES
  INTERFACE_INCLUDE_DIRECTORIES ${LEEWARD_VALIJSON_INCLUDE}
  INTERFACE_COMPILE_DEFINITIONS VALIJSON_USE_EXCEPTIONS=1)
target_link_libraries(leeward_valijson INTERFACE nlohmann_json::nlohmann_json)
