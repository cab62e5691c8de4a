# The version: the project's and, after a plus sign, how many commits there are since it was released, as in 0.2.0+17.
# So that each commit is newer than the one before, for apt too. Two branches may have the same number, and changes that
# are not committed have none.
#   fg_version(SOURCE) makes a C source that defines `const char fg_version[]`, see facegate/version.h, and puts its
#   path into the variable SOURCE. Every build has git count again, since no file tells of every commit; the source is
#   written only when the number is another.
# A version is released by the commit that last changed its line in CHANGELOG.md. Where git cannot tell, as in sources
# that were unpacked from an archive, nothing follows the project's version. FG_COMMITS gives the number where the
# history is out of reach, for example in a system of its own.
# The rule for that source runs this file as a script; without OUT the number is printed:
#   cmake [-D OUT=version.c] [-D SOURCE=.] [-D VERSION=0.2.0] [-D COMMITS=17] -P version.cmake
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(FG_COMMITS "" CACHE STRING "How many commits there are since the release; if empty, git is asked")
  set(FG_VERSION_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
  function(fg_version source)
    set(out ${CMAKE_CURRENT_BINARY_DIR}/version.c)
    add_custom_target(fg_version_now
      COMMAND ${CMAKE_COMMAND} -D OUT=${out} -D SOURCE=${PROJECT_SOURCE_DIR} -D VERSION=${PROJECT_VERSION}
        -D "COMMITS=${FG_COMMITS}" -P ${FG_VERSION_SCRIPT}
      BYPRODUCTS ${out} VERBATIM COMMENT "Looking for commits since ${PROJECT_VERSION}")
    set(${source} ${out} PARENT_SCOPE)
  endfunction()
  return()
endif()

cmake_minimum_required(VERSION 3.25)
if(NOT SOURCE)
  cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH SOURCE)
endif()
if(NOT VERSION)
  file(STRINGS "${SOURCE}/CMakeLists.txt" project LIMIT_COUNT 1 REGEX "^project\\(")
  if(NOT project MATCHES " VERSION ([0-9.]+)")
    message(FATAL_ERROR "version: ${SOURCE}/CMakeLists.txt has no \"project(... VERSION ...)\"")
  endif()
  set(VERSION ${CMAKE_MATCH_1})
endif()

# Why git cannot tell is said, since this version is then lower than it should be.
function(give_up why)
  message(NOTICE "version: the commits since ${VERSION} are not counted: ${why}")
  set(number 0 PARENT_SCOPE)
endfunction()

# ask(RESULT ARGUMENT...): what git answers; sets `failed` to what it says instead. Whoever builds these sources trusts
# them, so git need not mind whose they are. A hook's variables may be about another repository.
function(ask result)
  unset(ENV{GIT_DIR})
  unset(ENV{GIT_WORK_TREE})
  set(ENV{LC_ALL} C)
  execute_process(COMMAND ${GIT} -c safe.directory=* -C "${SOURCE}" ${ARGN}
    OUTPUT_VARIABLE said ERROR_VARIABLE trouble RESULT_VARIABLE code OUTPUT_STRIP_TRAILING_WHITESPACE
    ERROR_STRIP_TRAILING_WHITESPACE)
  if(NOT code EQUAL 0)
    set(failed "git: ${trouble}" PARENT_SCOPE)
  endif()
  set(${result} "${said}" PARENT_SCOPE)
endfunction()

function(count_commits)
  set(number 0 PARENT_SCOPE)
  if(NOT EXISTS "${SOURCE}/.git")
    return()
  endif()
  find_program(GIT git)
  if(NOT GIT)
    give_up("there is no git")
    return()
  endif()
  string(REPLACE "." "\\." line "^## \\[${VERSION}\\] - ")
  ask(shallow rev-parse --is-shallow-repository)
  ask(release log --max-count=1 --no-show-signature --format=%H "-G${line}" HEAD -- CHANGELOG.md)
  if(NOT failed AND NOT release STREQUAL "")
    ask(counted rev-list --count "${release}..HEAD")
  endif()
  if(failed)
    give_up("${failed}")
  elseif(shallow STREQUAL "true")
    give_up("this clone has only a part of them; \"git fetch --unshallow\" brings the others")
  elseif(NOT release STREQUAL "")
    set(number ${counted} PARENT_SCOPE)
  endif()
endfunction()

if("${COMMITS}" STREQUAL "")
  count_commits()
elseif(COMMITS MATCHES "^[0-9]+$")
  set(number ${COMMITS})
else()
  message(FATAL_ERROR "version: FG_COMMITS is \"${COMMITS}\": it takes a number")
endif()

if(NOT OUT)
  execute_process(COMMAND ${CMAKE_COMMAND} -E echo ${number})
  return()
endif()
if(number GREATER 0)
  string(APPEND VERSION "+${number}")
endif()
file(CONFIGURE OUTPUT "${OUT}" @ONLY CONTENT
  "#include \"facegate/version.h\"\n\nconst char fg_version[] = \"@VERSION@\";\n")
