fg_test(unit layout SOURCES ${PROJECT_SOURCE_DIR}/src/cli/layout.c LIBRARIES fg_sanitize)
fg_test(unit roff SOURCES ${PROJECT_SOURCE_DIR}/src/cli/roff.c LIBRARIES fg_sanitize)
fg_test(unit guide SOURCES ${PROJECT_SOURCE_DIR}/src/cli/guide.c LIBRARIES fg_vision fg_access)
fg_test(unit table SOURCES ${PROJECT_SOURCE_DIR}/src/cli/table.c ${PROJECT_SOURCE_DIR}/src/cli/words.c
  LIBRARIES fg_sanitize)
