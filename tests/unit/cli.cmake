fg_test(unit layout SOURCES ${PROJECT_SOURCE_DIR}/src/cli/layout.c LIBRARIES fg_sanitize)
