fg_test(unit convert LIBRARIES fg_camera m)
fg_test(unit mapping LIBRARIES fg_camera)
fg_test(unit picture LIBRARIES fg_camera fg_testing PkgConfig::TURBOJPEG m)
