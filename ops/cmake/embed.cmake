# leeward_embed(TARGET FILE VARIABLE): makes FILE part of TARGET as
# leeward::schema::embedded::VARIABLE, a std::string_view that schema/embedded.h declares.
# The same file, run by cmake -P with IN, OUT and NAME, writes the source.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${IN}" content)
  set(delimiter "LEEWARD_DATA")
  string(FIND "${content}" ")${delimiter}\"" clash)
  if(NOT clash EQUAL -1)
    message(FATAL_ERROR "${IN} holds the delimiter of its own embedding")
  endif()
  file(WRITE "${OUT}" "// Written from a data file by ops/cmake/embed.cmake.
#include \"schema/embedded.h\"

namespace leeward::schema::embedded {
const std::string_view ${NAME} = R\"${delimiter}(${content})${delimiter}\";
}  // namespace leeward::schema::embedded
")
  return()
endif()

set(LEEWARD_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE} CACHE INTERNAL "")
function(leeward_embed target file variable)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded/${variable}.cpp)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DIN=${CMAKE_CURRENT_SOURCE_DIR}/${file} -DOUT=${out}
            -DNAME=${variable} -P ${LEEWARD_EMBED_SCRIPT}
    DEPENDS ${file} ${LEEWARD_EMBED_SCRIPT}
    COMMENT "Embedding ${file}" VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
