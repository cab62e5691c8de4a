fg_test(integration default_conf LIBRARIES fg_base fg_testing)
add_test(NAME integration.units
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/test_units.sh ${CMAKE_COMMAND} ${PROJECT_BINARY_DIR})
set_tests_properties(integration.units PROPERTIES LABELS integration TIMEOUT 120)
if(TARGET facegate)
  fg_quick(integration.units facegate fg_manual)
endif()

add_test(NAME integration.build_version
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/test_build_version.sh ${CMAKE_COMMAND} ${PROJECT_SOURCE_DIR})
set_tests_properties(integration.build_version PROPERTIES LABELS "integration;quick" TIMEOUT 120)

# What brings the models, without a network.
add_test(NAME integration.fetch
  COMMAND ${FG_FETCHED} ${CMAKE_CURRENT_LIST_DIR}/test_fetch.sh ${PROJECT_SOURCE_DIR})
set_tests_properties(integration.fetch PROPERTIES LABELS "integration;quick" TIMEOUT 300)

# What people read and what they run before a commit. No target is needed for either.
add_test(NAME integration.docs COMMAND ${CMAKE_CURRENT_LIST_DIR}/test_docs.py ${PROJECT_SOURCE_DIR})
add_test(NAME integration.pre_commit COMMAND ${CMAKE_CURRENT_LIST_DIR}/test_pre_commit.sh ${PROJECT_SOURCE_DIR})
set_tests_properties(integration.docs integration.pre_commit PROPERTIES LABELS "integration;quick" TIMEOUT 120)
