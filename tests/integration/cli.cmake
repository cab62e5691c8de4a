# The whole daemon. What it looks at is made once, before the first of these tests.
set(SCENES ${PROJECT_BINARY_DIR}/tests/scenes)
add_test(NAME integration.scenes
  COMMAND ${FG_FETCHED} ${CMAKE_CURRENT_SOURCE_DIR}/scenes.sh $<TARGET_FILE:facegate> $<TARGET_FILE:fg_sequence>
    ${PROJECT_SOURCE_DIR} ${SCENES})
set_tests_properties(integration.scenes PROPERTIES FIXTURES_SETUP scenes TIMEOUT 300)

add_library(fg_door STATIC door.c notify.c)
add_dependencies(fg_door facegate fg_sequence)
target_link_libraries(fg_door PUBLIC fg_testing)
target_include_directories(fg_door PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_compile_definitions(fg_door PRIVATE
  FG_SOURCE_DIR="${PROJECT_SOURCE_DIR}" FG_BINARY_DIR="${PROJECT_BINARY_DIR}")

set(command_tests
  commands
  enroll
  enroll_folder
  evaluate
  evaluate_attacks)
set(daemon_tests
  lost
  run
  service
  sizes
  trace)
set(slow_daemon_tests
  camera_faults
  decisions
  enroll_camera
  reload
  stop)
# A sanitizer's own memory would be measured instead of the daemon's; films take a sanitizer too long, and what they are
# about no thread and no sanitizer has to do with.
if(FG_SANITIZE STREQUAL "")
  list(APPEND slow_daemon_tests memory no_faces photographs verdicts)
  fg_test(integration memcheck SLOW LIBRARIES fg_door TIMEOUT 900)
  # Kernels that valgrind is quickest at; and libjpeg-turbo in C, since of its vector code at the right edge of a
  # picture valgrind believes that pixels come from the padding.
  set_tests_properties(integration.memcheck PROPERTIES FIXTURES_REQUIRED scenes LABELS "integration;valgrind"
    ENVIRONMENT "FACEGATE_ISA=sse2;JSIMD_FORCENONE=1" COST 100)
endif()
foreach(name IN LISTS command_tests)
  fg_test(integration ${name} LIBRARIES fg_door TIMEOUT 900)
endforeach()
foreach(name IN LISTS daemon_tests)
  fg_test(integration ${name} THREADS LIBRARIES fg_door TIMEOUT 900)
endforeach()
foreach(name IN LISTS slow_daemon_tests)
  fg_test(integration ${name} THREADS SLOW LIBRARIES fg_door TIMEOUT 900)
endforeach()
foreach(name IN LISTS command_tests daemon_tests slow_daemon_tests)
  set_tests_properties(integration.${name} PROPERTIES FIXTURES_REQUIRED scenes)
endforeach()
foreach(name enroll_folder evaluate evaluate_attacks)
  target_sources(test_integration_${name} PRIVATE evaluate_photos.c)
endforeach()
foreach(name decisions photographs)
  if(TARGET test_integration_${name})
    target_sources(test_integration_${name} PRIVATE film_source.c)
  endif()
endforeach()
foreach(name decisions evaluate_attacks no_faces photographs verdicts)
  if(TARGET test_integration_${name})
    target_compile_definitions(test_integration_${name} PRIVATE FG_FILM="$<TARGET_FILE:fg_film>")
    add_dependencies(test_integration_${name} fg_film)
  endif()
endforeach()
foreach(name lost sizes)
  target_link_libraries(test_integration_${name} PRIVATE PkgConfig::TURBOJPEG)
endforeach()
target_link_libraries(test_integration_commands PRIVATE fg_version)
target_link_libraries(test_integration_reload PRIVATE fg_decision fg_gallery)
target_link_libraries(test_integration_enroll_camera PRIVATE util m)
target_compile_definitions(test_integration_camera_faults PRIVATE FG_CAMERA_FAULTS="$<TARGET_FILE:fg_camera_faults>")
add_dependencies(test_integration_camera_faults fg_camera_faults)
# The longest begin first, so that none of them is left when the others are done.
foreach(name camera_faults decisions reload run)
  set_tests_properties(integration.${name} PROPERTIES COST 60)
endforeach()

add_test(NAME integration.demo
  COMMAND ${FG_FETCHED} ${CMAKE_CURRENT_LIST_DIR}/test_demo.sh ${PROJECT_BINARY_DIR} ${PROJECT_SOURCE_DIR})
set_tests_properties(integration.demo PROPERTIES LABELS integration TIMEOUT 900)

fg_test(integration doctor SLOW LIBRARIES fg_door fg_delivery TIMEOUT 900)
set_tests_properties(integration.doctor PROPERTIES FIXTURES_REQUIRED scenes COST 90)
fg_test(integration forgotten ROOT SOURCES gallery_folder.c LIBRARIES fg_testing fg_delivery)
fg_test(integration import SOURCES gallery_folder.c LIBRARIES fg_testing)
fg_test(integration version LIBRARIES fg_testing fg_version)
foreach(name people people_changes)
  fg_test(integration ${name} SOURCES gallery_folder.c people_gallery.c LIBRARIES fg_testing)
endforeach()
add_dependencies(test_integration_people fg_sequence)
set_tests_properties(integration.people PROPERTIES FIXTURES_REQUIRED scenes)
if(FG_SANITIZE STREQUAL "thread")
  target_compile_definitions(test_integration_decisions PRIVATE FG_THREADS_WATCHED)
endif()
if(NOT FG_SANITIZE STREQUAL "")
  target_compile_definitions(test_integration_stop PRIVATE FG_SANITISED)
  target_compile_definitions(test_integration_reload PRIVATE FG_SANITISED)
endif()

# The backend of the field under the servers that people have.
add_test(NAME integration.servers
  COMMAND ${FG_FETCHED} ${CMAKE_CURRENT_LIST_DIR}/test_servers.sh $<TARGET_FILE:facegate> ${PROJECT_SOURCE_DIR}/models
    ${PROJECT_SOURCE_DIR}/tests/pictures)
set_tests_properties(integration.servers PROPERTIES LABELS integration TIMEOUT 300)

# What the build writes for man and bash, as it is installed.
set(PAGES $<TARGET_FILE_DIR:facegate>)
add_test(NAME integration.manual
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/test_manual.sh $<TARGET_FILE:facegate> ${PROJECT_SOURCE_DIR} ${PAGES})
add_test(NAME integration.completion
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/test_completion.sh $<TARGET_FILE:facegate> ${PAGES}/facegate.bash)
set_tests_properties(integration.manual integration.completion PROPERTIES LABELS integration TIMEOUT 300)
fg_quick(integration.manual facegate fg_manual)
fg_quick(integration.completion facegate fg_manual)
