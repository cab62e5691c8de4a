fg_test(unit models LIBRARIES fg_vision fg_testing)
fg_test(unit quality SOURCES ${PROJECT_SOURCE_DIR}/tests/support/degrade.c LIBRARIES fg_vision m)
fg_test(unit motion LIBRARIES fg_vision m)
fg_test(unit pyramid LIBRARIES fg_vision)
fg_test(unit tracks LIBRARIES fg_vision m)

foreach(name engine engine_window)
  fg_test(unit ${name} SOURCES engine_pictures.c LIBRARIES fg_vision fg_testing m TIMEOUT 600)
endforeach()
fg_test(unit quality_pictures SOURCES ${PROJECT_SOURCE_DIR}/tests/support/degrade.c
  LIBRARIES fg_vision fg_camera m TIMEOUT 600)
fg_test(unit finder LIBRARIES fg_vision TIMEOUT 300)

# The reference has the network's type once more, which costs half a minute to compile: only where
# no sanitizer makes that several times as long. What it shows is about numbers, not about memory.
if(FG_SANITIZE STREQUAL "")
  add_library(fg_reference OBJECT ${PROJECT_SOURCE_DIR}/tests/support/reference_engine.cpp)
  target_link_libraries(fg_reference PRIVATE fg_flags fg_dlib)
  target_compile_options(fg_reference PRIVATE -g0 -O3)
  fg_test(unit recipe SOURCES $<TARGET_OBJECTS:fg_reference>
    LIBRARIES fg_vision fg_testing PkgConfig::TURBOJPEG m TIMEOUT 300)
endif()
