# Builds for arm64 on another machine: cmake --toolchain systemd/debian/arm64.cmake -D CMAKE_SYSROOT=ROOT, where ROOT is a
# Debian for arm64 as tests/roots/root.sh unpacks it. Its programs run by qemu, so that facegate can write its manual.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(FG_DEBIAN_ARCHITECTURE arm64)

# Nothing there was configured, so no alternative leads to OpenBLAS or to what stands behind it.
set(libraries /usr/lib/aarch64-linux-gnu)
set(elsewhere ${libraries}/openblas-pthread ${libraries}/blas ${libraries}/lapack)
set(FG_SHLIBDEPS_DIRS /lib/aarch64-linux-gnu ${libraries} ${elsewhere})
list(TRANSFORM FG_SHLIBDEPS_DIRS PREPEND "${CMAKE_SYSROOT}")
list(JOIN FG_SHLIBDEPS_DIRS ":" link)
set(CMAKE_EXE_LINKER_FLAGS_INIT "-L${CMAKE_SYSROOT}${libraries}/openblas-pthread -Wl,-rpath-link,${link}")
list(JOIN elsewhere ":" run)
find_program(FG_QEMU NAMES qemu-aarch64-static qemu-aarch64 REQUIRED)
set(CMAKE_CROSSCOMPILING_EMULATOR ${FG_QEMU} -L ${CMAKE_SYSROOT} -E LD_LIBRARY_PATH=${run})

set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CMAKE_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR}
  ${CMAKE_SYSROOT}${libraries}/pkgconfig:${CMAKE_SYSROOT}${libraries}/openblas-pthread/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig)
