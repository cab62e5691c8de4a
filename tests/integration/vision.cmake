# The finder over whole films.
fg_test(integration tracks SLOW FETCHED LIBRARIES fg_vision fg_camera fg_testing TIMEOUT 600)
target_compile_definitions(test_integration_tracks PRIVATE FG_FILM="$<TARGET_FILE:fg_film>")
add_dependencies(test_integration_tracks fg_film)
