# The finder over whole films.
fg_test(integration tracks SLOW FETCHED LIBRARIES fg_vision fg_camera fg_testing TIMEOUT 600)
target_compile_definitions(test_integration_tracks PRIVATE FG_FILM="$<TARGET_FILE:fg_film>")
add_dependencies(test_integration_tracks fg_film)

# Enrolment before a camera that stands low.
fg_test(integration below SLOW FETCHED LIBRARIES fg_vision fg_camera fg_testing TIMEOUT 300)
target_compile_definitions(test_integration_below PRIVATE FG_FILM="$<TARGET_FILE:fg_film>")
add_dependencies(test_integration_below fg_film)

# Everybody is found living and in a photograph held before the camera.
fg_test(integration attacks SLOW FETCHED LIBRARIES fg_filming fg_vision fg_camera fg_testing TIMEOUT 600)
