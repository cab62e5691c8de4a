# The finder over whole films. An engine belongs to one thread: ThreadSanitizer has nothing to find in it.
if(NOT FG_SANITIZE STREQUAL "thread")
  fg_test(integration tracks LIBRARIES fg_vision fg_testing TIMEOUT 600)
  target_compile_definitions(test_integration_tracks PRIVATE FG_FILM="$<TARGET_FILE:fg_film>")
  add_dependencies(test_integration_tracks fg_film)
endif()
