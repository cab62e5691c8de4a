set(CLI ${PROJECT_SOURCE_DIR}/src/cli)
fg_test(unit encodings SOURCES ${CLI}/encodings.c LIBRARIES fg_base fg_testing)
fg_test(unit layout SOURCES ${CLI}/layout.c LIBRARIES fg_sanitize)
fg_test(unit roff SOURCES ${CLI}/roff.c LIBRARIES fg_sanitize)
fg_test(unit manual SOURCES ${CLI}/manual.c ${CLI}/roff.c LIBRARIES fg_base)
fg_test(unit guide SOURCES ${CLI}/guide.c LIBRARIES fg_vision fg_gallery)
fg_test(unit table SOURCES ${CLI}/table.c ${CLI}/words.c LIBRARIES fg_sanitize)
fg_test(unit doctor LIBRARIES fg_camera fg_base fg_testing PkgConfig::CJSON
  SOURCES ${CLI}/doctor_account.c ${CLI}/doctor_board.c ${CLI}/doctor_clock.c ${CLI}/doctor_report.c
    ${CLI}/doctor_rights.c)
fg_test(unit doctor_service LIBRARIES fg_base fg_testing PkgConfig::CJSON PkgConfig::SYSTEMD
  SOURCES ${CLI}/doctor_report.c ${CLI}/doctor_service.c)
fg_test(unit doctor_camera THREADS LIBRARIES fg_base fg_testing PkgConfig::CJSON
  SOURCES ${PROJECT_SOURCE_DIR}/src/daemon/camera_options.c ${CLI}/doctor_camera.c ${CLI}/doctor_report.c)
