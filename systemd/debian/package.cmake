# What CPack makes the Debian packages of, see make.sh. The models, which never change and suit every machine, have
# packages of their own, so that they are not sent again with each new program; one is of the model that is optional.
set(FG_HOMEPAGE "" CACHE STRING "The project's address, for its packages; if empty, they name none")
set(FG_DEBIAN_DIR ${CMAKE_CURRENT_LIST_DIR})

install(FILES
  ${PROJECT_SOURCE_DIR}/models/shape_predictor_5_face_landmarks.dat
  ${PROJECT_SOURCE_DIR}/models/dlib_face_recognition_resnet_model_v1.dat
  ${PROJECT_SOURCE_DIR}/models/cohort.f32
  DESTINATION ${CMAKE_INSTALL_DATADIR}/facegate/models COMPONENT models EXCLUDE_FROM_ALL)
install(FILES ${PROJECT_SOURCE_DIR}/models/fr_liveness.onnx ${PROJECT_SOURCE_DIR}/models/fr_liveness.LICENSE
  DESTINATION ${CMAKE_INSTALL_DATADIR}/facegate/models COMPONENT models-liveness EXCLUDE_FROM_ALL)

# The system that the package is for is part of its version: an upgrade from Debian 12 to 13 takes the newer.
# Raspberry Pi OS calls itself debian or raspbian, with Debian's numbers. FG_PACKAGE_SYSTEM gives it for a system that
# has more than its release, such as backports.
set(FG_PACKAGE_SYSTEM "" CACHE STRING "What ends the package's version; if empty, the system's, for example deb13")
set(os_release "")
if(EXISTS ${CMAKE_SYSROOT}/usr/lib/os-release)
  file(STRINGS ${CMAKE_SYSROOT}/usr/lib/os-release os_release REGEX "^(ID|VERSION_ID|VERSION_CODENAME)=")
endif()
foreach(line IN LISTS os_release)
  string(REGEX MATCH "^([A-Z_]+)=\"?([^\"]*)" line "${line}")
  set(os_${CMAKE_MATCH_1} "${CMAKE_MATCH_2}")
endforeach()
string(REGEX REPLACE "^(debian|raspbian)$" "deb" suite "${os_ID}")
if(os_VERSION_ID)
  string(APPEND suite ${os_VERSION_ID})
else()
  string(APPEND suite ${os_VERSION_CODENAME})
endif()
if(FG_PACKAGE_SYSTEM)
  set(suite ${FG_PACKAGE_SYSTEM})
endif()

# What drives a sensor is of libcamera's own version: with that of backports, apt would take the older one beside it.
set(FG_LIBCAMERA_IPA libcamera-ipa)
if(CAMERA_VERSION VERSION_GREATER_EQUAL 0.4)
  string(REGEX MATCH "^[0-9]+\\.[0-9]+" version "${CAMERA_VERSION}")
  string(APPEND FG_LIBCAMERA_IPA " (>= ${version})")
endif()

if(NOT FG_DEBIAN_ARCHITECTURE)
  execute_process(COMMAND dpkg --print-architecture
    OUTPUT_VARIABLE FG_DEBIAN_ARCHITECTURE OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE result)
endif()

# fg_package(NAME DATE [VERSION SUM]): the CPack configuration packages/NAME.cmake. Its files get the time of DATE, so
# that what is packed twice gives the same package. SUM is that of its files, see stage.cmake.
function(fg_package FG_PACKAGE date)
  set(FG_PACKAGE_VERSION ${ARGV2})
  set(FG_PACKAGE_SUM ${ARGV3})
  execute_process(COMMAND date --utc --date "${date} 12:00" +%s
    OUTPUT_VARIABLE FG_PACKAGE_EPOCH OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  # As Debian's changelogs have it.
  execute_process(COMMAND env LC_ALL=C date --utc --date @${FG_PACKAGE_EPOCH} "+%a, %d %b %Y %T +0000"
    OUTPUT_VARIABLE FG_PACKAGE_TIME OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  configure_file(${FG_DEBIAN_DIR}/${FG_PACKAGE}.cpack.in packages/${FG_PACKAGE}.cmake @ONLY)
endfunction()

# What the program itself says becomes its version, see its configuration.
fg_package(facegate ${FG_RELEASE_DATE})

# The models have versions of their own, so that an upgrade takes them again only when they changed: numbers, which are
# above the 0.2.0 that they had with the program. If stage.cmake finds other files it wants the next number, and a date.
fg_package(facegate-models 2026-11-29 1 7e4d1575e222364e03c35b2805a9026d228c43ed2b58dc551011322ad6f1021a)
fg_package(facegate-models-liveness 2026-11-29 1 05c591b87bedd04d431618ed0d08eb410483c1494f67725889274c1b1760f5f1)
