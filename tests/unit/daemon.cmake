# What a run writes down for debugging.
foreach(name trace record debug)
  fg_test(unit ${name} SOURCES moments.c LIBRARIES fg_daemon fg_testing)
endforeach()
