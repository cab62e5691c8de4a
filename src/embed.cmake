# Puts files into the program, so that it needs no folder of its own when it runs.
#   fg_embed(SOURCE TABLE FILE...) makes a C source of the files and puts its path into the variable SOURCE. It defines
#   `const fg_embedded_file TABLE[]`, see facegate/base/embedded.h.
# The rule for that source runs this file as a script:
#   cmake -D OUT=table.c -D TABLE=table -D "FILES=a.html;b.css" -P embed.cmake
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(FG_EMBED ${CMAKE_CURRENT_LIST_FILE})
  function(fg_embed source table)
    set(out ${CMAKE_CURRENT_BINARY_DIR}/${table}.c)
    add_custom_command(OUTPUT ${out}
      COMMAND ${CMAKE_COMMAND} -D OUT=${out} -D TABLE=${table} -D "FILES=${ARGN}" -P ${FG_EMBED}
      DEPENDS ${ARGN} ${FG_EMBED} VERBATIM COMMENT "Putting files into ${table}.c")
    set(${source} ${out} PARENT_SCOPE)
  endfunction()
  return()
endif()

set(data "")
set(rows "")
set(number 0)
foreach(file IN LISTS FILES)
  cmake_path(GET file FILENAME name)
  file(READ "${file}" hex HEX)
  file(SHA256 "${file}" sum)
  file(SIZE "${file}" size)
  string(SUBSTRING "${sum}" 0 16 tag)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND data "static const unsigned char file_${number}[] = {${bytes}0};\n")
  string(APPEND rows "    {\"${name}\", \"\\\"${tag}\\\"\", file_${number}, ${size}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUT}"
  "#include \"facegate/base/embedded.h\"\n\n${data}\nconst fg_embedded_file ${TABLE}[] = {\n${rows}    {0},\n};\n")
