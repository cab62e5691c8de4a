add_library(fg_backend_server STATIC backend_server.c)
target_compile_definitions(fg_backend_server PUBLIC FG_FACEGATE="$<TARGET_FILE:facegate>")
target_link_libraries(fg_backend_server PUBLIC fg_testing PkgConfig::CURL PRIVATE PkgConfig::SQLITE)
add_dependencies(fg_backend_server facegate)

foreach(name http login safety events crash)
  fg_test(integration backend_${name} THREADS LIBRARIES fg_backend_server TIMEOUT 600)
endforeach()
fg_test(integration backend_million THREADS ROOMS backend LIBRARIES fg_backend_server fg_backend TIMEOUT 900)
