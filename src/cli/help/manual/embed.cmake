# Writes the texts of the manual into one C source, so that the program needs no folder of its own when it writes them.
#   cmake -D OUT=manual_texts.c -D FILES=facegate.1;facegate.bash -P embed.cmake
set(table "")
foreach(file IN LISTS FILES)
  cmake_path(GET file FILENAME name)
  file(READ "${file}" text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n\"\n     \"" text "${text}")
  string(APPEND table "    {\"${name}\",\n     \"${text}\"},\n")
endforeach()
file(WRITE "${OUT}" "#include \"help/manual.h\"\n\nconst fg_manual_text fg_manual_texts[] = {\n${table}    {0},\n};\n")
