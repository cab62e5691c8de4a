fg_test(unit config LIBRARIES fg_base fg_testing)
fg_test(unit text LIBRARIES fg_base)
