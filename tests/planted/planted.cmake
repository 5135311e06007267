# Spoils copies of a few sources of the product, for the programs that are to be found faulty and for no other.
#
# leeward_plant(SOURCE BUG TEXT SPOILED), as bugs.cmake calls it: in the copy of SOURCE, TEXT reads
# SPOILED, and PLANTED in SPOILED asks whether BUG is on. A TEXT that is not in SOURCE exactly once is
# written to a file beside the copy, and caught_test fails: adapt the call to how the source reads now.
#
# The same file, run by cmake -P with ROOT, SOURCE and OUT, writes one copy.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${ROOT}/${SOURCE} content)
  string(PREPEND content "#include \"tests/planted/planted.h\"\n")
  set(missing "")
  function(leeward_plant source bug text spoiled)
    if(NOT source STREQUAL SOURCE)
      return()
    endif()
    string(REPLACE "PLANTED" "::leeward::test::is_planted(\"${bug}\")" spoiled "${spoiled}")
    string(FIND "${content}" "${text}" first)
    string(FIND "${content}" "${text}" last REVERSE)
    if(first EQUAL -1 OR NOT first EQUAL last)
      set(missing "${missing}${bug}\n" PARENT_SCOPE)
      return()
    endif()
    string(REPLACE "${text}" "${spoiled}" changed "${content}")
    set(content "${changed}" PARENT_SCOPE)
  endfunction()
  include(${CMAKE_CURRENT_LIST_DIR}/bugs.cmake)
  file(WRITE ${OUT} "${content}")
  file(WRITE ${OUT}.missing "${missing}")
  return()
endif()

set(leeward_spoil_script ${CMAKE_CURRENT_LIST_FILE})
set(leeward_spoiled_sources "")
function(leeward_plant source)
  if(NOT source IN_LIST leeward_spoiled_sources)
    set(leeward_spoiled_sources ${leeward_spoiled_sources} ${source} PARENT_SCOPE)
  endif()
endfunction()
include(bugs.cmake)
set(leeward_spoiled_copies "")
foreach(source IN LISTS leeward_spoiled_sources)
  string(REPLACE "/" "-" name ${source})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/planted/${name})
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DROOT=${CMAKE_SOURCE_DIR} -DSOURCE=${source} -DOUT=${out}
            -P ${leeward_spoil_script}
    DEPENDS ${CMAKE_SOURCE_DIR}/${source} ${leeward_spoil_script} ${CMAKE_CURRENT_SOURCE_DIR}/bugs.cmake
    COMMENT "Spoiling ${source}" VERBATIM)
  list(APPEND leeward_spoiled_copies ${out})
endforeach()
