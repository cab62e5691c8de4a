add_executable(fg_outbox_writer outbox_writer.c)
target_link_libraries(fg_outbox_writer PRIVATE fg_delivery)

add_library(fg_post_office STATIC post_office.c)
target_link_libraries(fg_post_office PUBLIC fg_delivery fg_testing PRIVATE PkgConfig::CURL)
target_include_directories(fg_post_office PUBLIC ${PROJECT_SOURCE_DIR}/src/delivery)

fg_test(integration sender THREADS LIBRARIES fg_post_office PkgConfig::CURL)
fg_test(integration sender_stop THREADS LIBRARIES fg_post_office PkgConfig::CURL)
fg_test(integration sender_tls THREADS LIBRARIES fg_post_office PkgConfig::CURL)
fg_test(integration picture_key THREADS LIBRARIES fg_post_office)
fg_test(integration backend_probe LIBRARIES fg_delivery fg_testing PkgConfig::CURL)
fg_test(integration backend_test THREADS LIBRARIES fg_post_office PkgConfig::CURL)
fg_test(integration outbox_crash THREADS LIBRARIES fg_delivery fg_testing)
target_compile_definitions(test_integration_outbox_crash PRIVATE
  FG_OUTBOX_WRITER="$<TARGET_FILE:fg_outbox_writer>")
add_dependencies(test_integration_outbox_crash fg_outbox_writer)
