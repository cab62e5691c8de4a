fg_test(unit encodings SOURCES ${PROJECT_SOURCE_DIR}/src/cli/encodings.c LIBRARIES fg_base fg_testing)
fg_test(unit layout SOURCES ${PROJECT_SOURCE_DIR}/src/cli/layout.c LIBRARIES fg_sanitize)
fg_test(unit roff SOURCES ${PROJECT_SOURCE_DIR}/src/cli/roff.c LIBRARIES fg_sanitize)
fg_test(unit manual SOURCES ${PROJECT_SOURCE_DIR}/src/cli/manual.c ${PROJECT_SOURCE_DIR}/src/cli/roff.c LIBRARIES fg_base)
fg_test(unit guide SOURCES ${PROJECT_SOURCE_DIR}/src/cli/LIBRARIES fg_vision fg_decision fg_gallery)
fg_test(unit table SOURCES ${PROJECT_SOURCE_DIR}/src/cli/table.c ${PROJECT_SOURCE_DIR}/src/cli/words.c
  LIBRARIES fg_sanitize)

set(CLI ${PROJECT_SOURCE_DIR}/src/cli)
fg_test(unit doctor LIBRARIES fg_camera fg_base fg_testing PkgConfig::CJSON
  SOURCES ${CLI}/doctor_account.c ${CLI}/doctor_board.c ${CLI}/doctor_clock.c ${CLI}/doctor_report.c
    ${CLI}/doctor_rights.c)
fg_test(unit doctor_service LIBRARIES fg_base fg_testing PkgConfig::CJSON PkgConfig::SYSTEMD
  SOURCES ${CLI}/doctor_report.c ${CLI}/doctor_service.c)
fg_test(unit doctor_camera THREADS LIBRARIES fg_base fg_testing PkgConfig::CJSON
  SOURCES ${CLI}/camera_options.c ${CLI}/doctor_camera.c ${CLI}/doctor_report.c)

# What a run writes down for debugging.
fg_test(unit trace SOURCES moments.c ${CLI}/trace.c ${CLI}/LIBRARIES fg_vision fg_decision fg_gallery fg_testing)
fg_test(unit record SOURCES moments.c ${CLI}/record.c ${CLI}/annotate.c
  LIBRARIES fg_vision fg_decision fg_gallery fg_delivery fg_camera fg_testing)
fg_test(unit debug SOURCES moments.c ${CLI}/debug.c ${CLI}/trace.c ${CLI}/record.c ${CLI}/annotate.c
  LIBRARIES fg_vision fg_decision fg_gallery fg_delivery fg_testing)
