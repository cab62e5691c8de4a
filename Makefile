# A thin front door over CMake and what it needs.

JOBS := $(shell nproc)
SETUP := tests/support/setup.sh
# Says what is missing for a purpose, and that `make deps` installs it.
NEEDS := $(SETUP) --check
# Address space randomised as much as recent kernels do is more than gcc 12's ThreadSanitizer can place itself in.
FIXED := $(shell setarch --addr-no-randomize true 2>/dev/null && echo setarch --addr-no-randomize)
# One more than there are processors: many tests wait for most of their time.
BUSY := $(shell expr $(JOBS) + 1)
CTEST := --output-on-failure --no-tests=error --parallel $(BUSY)
# Where there is ccache, what several builds share is compiled once.
LAUNCHER := $(shell command -v ccache >/dev/null && \
	echo -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)

.PHONY: help deps run test check bench bench-compare bench-stages bench-backend faults fuzz torture privacy hostile soak lint coverage \
	bench-slow no-faces camera-test camera-test-long camera-test-backports camera-headers test-trixie \
	build deb deb-arm64 release package-test appliance fetch clean

help:
	@echo "make run         watch a camera, or without one a moving picture, and show what is sent"
	@echo "make build       facegate alone, into build/release"
	@echo "make deb         Debian packages for this machine, into build/packages"
	@echo "make deb-arm64   the same for a 64-bit Raspberry Pi, tried under emulation"
	@echo "make release     those for Debian 12, 13 and 13 with backports, for amd64 and arm64, as far as this machine"
	@echo "                 can: repositories for apt in build/release-packages, some 20 minutes"
	@echo
	@echo "make deps        install with apt-get what is missing. \`make run\`, \`make test\` and \`make check\` do that"
	@echo "                 first; other targets say what they miss. FOR=\"build deb\" says for what, FOR=all for all"
	@echo "make fetch       the models and the test pictures, which the other targets fetch where they need them"
	@echo
	@echo "make test        the released build and its quick tests, in less than five minutes on two cores"
	@echo "make check       every check there is, up to 40 minutes on two cores: lint, fuzzers, the tests in three"
	@echo "                 builds, packages; as root, or with sudo. Parts of it:"
	@echo "  make lint          what reads the code instead of running it"
	@echo "  make fuzz          every parser of bytes from outside is fed some that nobody thought of"
	@echo "  make coverage      the tests under AddressSanitizer, and what of the sources they reach"
	@echo "  make package-test  packages in clean systems"
	@echo "  make camera-test   the daemon at a camera that libcamera plays"
	@echo "  make camera-test-backports  the same with Debian 13's backports of libcamera"
	@echo "  make camera-headers  what is written against libcamera, with the headers of its newer versions"
	@echo "  make test-trixie   every test but the browser's, in a Debian 13 of its own"
	@echo "For longer:"
	@echo "  make camera-test-long  the daemon at that camera for ten minutes"
	@echo "  make appliance         a whole machine that boots with the packages, some fifteen minutes"
	@echo "  make faults            all that can go wrong between a face and the backend: is every event"
	@echo "                         accounted for? A table, kept in build/faults"
	@echo "  make hostile           a backend on another host says everything a server can say wrong, and the"
	@echo "                         network between does what networks do. A table, kept in build/hostile"
	@echo "  make torture           every call that can fail does so once, of the allocations each fifth, others"
	@echo "                         each time (EVERY=1: all), and what that does is judged. Two tables are kept"
	@echo "  make privacy           an hour at a door: is a picture on a disk, is the token anywhere, is there a core?"
	@echo "  make soak              a simulated day of the daemon in ten minutes: does it grow? Curves and a"
	@echo "                         table, kept in build/soak"
	@echo "  make no-faces          an hour of films without a face: is there an entry?"
	@echo "  make bench             facegate beside the straightforward loop, then each step by itself,"
	@echo "                         then the bundled backend under load; one of them: bench-compare,"
	@echo "                         bench-stages, bench-backend"
	@echo "  make bench-slow        facegate held to a part of one processor, down to a tenth; takes root"
	@echo "make clean       remove what was built; models and pictures stay"
	@echo "For a real door see README.md."

# What `make check` needs.
EVERYTHING := build fetch test slow check browser privacy roots deb cross

# The only target that installs anything. Where nothing is missing it is silent and takes no root.
deps: FOR = build demo test fetch
deps:
	@$(SETUP) $(if $(filter all,$(FOR)),$(EVERYTHING) demo appliance,$(FOR))

# 3 means that only the liveness model is missing. The program and its demo run without it; tests say what they miss.
fetch:
	@tests/support/fetch-pictures.sh
	@models/fetch.sh || [ $$? -eq 3 ]

build:
	@$(NEEDS) build
	@[ -f build/release/build.ninja ] || CC=gcc CXX=g++ cmake -S . -B build/release -G Ninja -DFG_TESTS=OFF
	@ninja -C build/release -j $(JOBS)

run:
	@$(MAKE) --no-print-directory deps FOR="build demo fetch"
	@$(MAKE) --no-print-directory fetch
	@[ -f build/release/build.ninja ] || CC=gcc CXX=g++ cmake -S . -B build/release -G Ninja -DFG_TESTS=OFF
	@ninja -C build/release -j $(JOBS) facegate fg_sequence
	@tests/support/demo.sh build/release

# The three builds that are tested. The release is the last, so that the output ends with its summary.
build/asan/build.ninja: export CC = clang
build/asan/build.ninja: export CXX = clang++
build/asan/build.ninja:
	@cmake -S . -B build/asan -G Ninja -DFG_TESTS=ON -DFG_WERROR=ON -DFG_SANITIZE=address -DFG_COVERAGE=ON

build/tsan/build.ninja: export CC = gcc
build/tsan/build.ninja: export CXX = g++
build/tsan/build.ninja:
	@cmake -S . -B build/tsan -G Ninja -DFG_TESTS=ON -DFG_WERROR=ON -DFG_SANITIZE=thread

# Always, since `make run` configures it without the tests.
.PHONY: release-build
release-build: export CC = gcc
release-build: export CXX = g++
release-build:
	@cmake -S . -B build/release -G Ninja -DFG_TESTS=ON -DFG_WERROR=ON

# What a change is tried with. The time that it prints begins when what is missing is installed and fetched.
test:
	@$(MAKE) --no-print-directory deps FOR="build test fetch"
	@$(MAKE) --no-print-directory fetch
	@start=$$(date +%s); code=0; $(MAKE) --no-print-directory quick || code=$$?; took=$$(($$(date +%s) - start)); \
		echo "make test: $$((took / 60)) min $$((took % 60)) s to build and test"; exit $$code

.PHONY: quick
quick: release-build
	@ninja -C build/release -j $(JOBS) fg_quick_tests
	@ctest --test-dir build/release $(CTEST) --label-regex '^quick$$'

# All there is. It ends with the summary of the released build, in which the quick tests run once more. Fuzzers have
# less time here than by themselves. Of Debian 13 only the camera's tests are here: `make test-trixie` has the others.
check:
	@$(MAKE) --no-print-directory deps FOR="$(EVERYTHING)"
	@tests/roots/ahead.sh
	@$(MAKE) --no-print-directory fetch build/asan/build.ninja build/tsan/build.ninja release-build
	@tests/support/lint.sh build/asan build/release
	@tests/camera/headers.sh build/libcamera
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-10} $(MAKE) --no-print-directory fuzz
	@$(MAKE) --no-print-directory coverage
	@ninja -C build/tsan -j $(JOBS) fg_threads_tests
	@$(FIXED) ctest --test-dir build/tsan $(CTEST) --label-regex threads
	@ninja -C build/release -j $(JOBS)
	@tests/camera/run.sh --build build/release
	@$(MAKE) --no-print-directory package-test
	@if tests/roots/possible.sh; then $(MAKE) --no-print-directory camera-test-backports; fi
	@ctest --test-dir build/release $(CTEST)

# All tests under ASan and UBSan, and what of src they reached.
coverage:
	@$(NEEDS) $(EVERYTHING)
	@$(MAKE) --no-print-directory fetch build/asan/build.ninja
	@ninja -C build/asan -j $(JOBS)
	@rm -f build/asan/coverage/*.profraw
	@ctest --test-dir build/asan $(CTEST)
	@tests/support/coverage.py build/asan

lint:
	@$(NEEDS) build test check
	@$(MAKE) --no-print-directory build/asan/build.ninja release-build
	@tests/support/lint.sh build/asan build/release

# At the virtual camera of this machine's libcamera, or where that has none of Debian 13's, in a root of its own.
camera-test:
	@$(NEEDS) build test
	@$(MAKE) --no-print-directory fetch release-build
	@tests/camera/run.sh build/release

camera-test-long: export FG_CAMERA_SECONDS = 600
camera-test-long: camera-test

camera-test-backports:
	@$(NEEDS) build test
	@$(MAKE) --no-print-directory fetch
	@tests/roots/trixie.sh --backports fg_camera_tests -- --label-regex '^camera$$'

camera-headers:
	@$(NEEDS) build check
	@tests/camera/headers.sh build/libcamera

# Every test but the browser's, built with the compiler and the libraries of Debian 13.
test-trixie:
	@$(NEEDS) build test
	@$(MAKE) --no-print-directory fetch
	@tests/roots/trixie.sh all -- --label-exclude '^browser$$' --parallel $(BUSY)

# One after the other also under make -j: they would measure each other.
bench:
	@$(MAKE) --no-print-directory bench-compare
	@$(MAKE) --no-print-directory bench-stages
	@$(MAKE) --no-print-directory bench-backend

bench-compare bench-stages bench-backend bench-slow:
	@$(NEEDS) build test
	@$(MAKE) --no-print-directory fetch release-build
	@ninja -C build/release -j $(JOBS) $(tools)
	@$(measure)

bench-compare: tools = fg_compare fg_films
bench-compare: measure = build/release/tests/bench/fg_compare --films build/release/tests/films \
	--models models --pictures tests/pictures --json build/release/bench.json
bench-stages: tools = fg_stages fg_kernel_pairs
bench-stages: measure = build/release/tests/bench/fg_stages models tests/pictures && \
	build/release/tests/bench/fg_kernel_pairs models tests/pictures
bench-backend: tools = fg_backend_load facegate
bench-backend: measure = build/release/tests/bench/fg_backend_load build/release/src/cli/facegate \
	tests/support/receiver.py
bench-slow: tools = facegate fg_films fg_sequence
bench-slow: measure = /usr/bin/python3 tests/bench/slow.py build/release

# FUZZ_SECONDS for each of them. What one finds is kept in build/fuzz/runs and named.
fuzz: export CC = clang
fuzz: export CXX = clang++
fuzz:
	@$(NEEDS) build test check
	@[ -f build/fuzz/build.ninja ] || cmake -S . -B build/fuzz -G Ninja -DFG_FUZZ=ON -DFG_WERROR=ON $(LAUNCHER)
	@ninja -C build/fuzz -j $(JOBS) fuzzers
	@tests/fuzz/run.sh build/fuzz

# Takes half an hour, with each fifth allocation, others each time: libcrypto's start alone makes thousands, in every
# command. EVERY=1 has them all, in two hours. The table and all that was said are left in build/release/torture.txt.
# libcamera's calls fail at its virtual camera, with a table of their own: torture-camera.txt in build/release, or where
# that is in Debian 13, in build/trixie.
torture: EVERY = 5
torture:
	@$(NEEDS) build test
	@$(MAKE) --no-print-directory release-build
	@ninja -C build/release -j $(JOBS) fg_torture
	@/usr/bin/python3 tests/torture/torture.py --build build/release/tests/torture --jobs $(JOBS) \
		--every-alloc $(EVERY) --output build/release/torture.txt
	@tests/camera/run.sh build/release --tests-regex '^camera\.torture$$' --verbose

# PRIVACY_SECONDS is how long the daemon watches. The table is left in build/privacy.
privacy: PRIVACY_SECONDS = 3600
privacy:
	@$(NEEDS) build test privacy
	@$(MAKE) --no-print-directory fetch release-build
	@ninja -C build/release -j $(JOBS) fg_privacy
	@/usr/bin/python3 tests/privacy/privacy.py --build build/release --seconds $(PRIVACY_SECONDS) \
		--output build/privacy

# Each malady strikes twice in a row, where the test among the others has it strike once.
hostile:
	@$(NEEDS) build test slow
	@$(MAKE) --no-print-directory release-build
	@ninja -C build/release -j $(JOBS) fg_hostile
	@/usr/bin/python3 tests/hostile/hostile.py --build build/release/tests/torture --times 2 --output build/hostile

# For this machine, from what `make build` or `make test` compiled.
deb:
	@$(NEEDS) build models deb
	@models/fetch.sh
	@[ -f build/release/build.ninja ] || CC=gcc CXX=g++ cmake -S . -B build/release -G Ninja -DFG_TESTS=OFF
	@ninja -C build/release -j $(JOBS) facegate fg_manual
	@systemd/debian/make.sh build/release ./build/packages

# For a 64-bit Raspberry Pi with this machine's version of Debian; then what can be tried of it under emulation.
deb-arm64:
	@$(NEEDS) build test cross
	@$(MAKE) --no-print-directory fetch
	@mkdir -p build
	@sysroot=$$(tests/roots/root.sh arm64-sysroot) && cmake -S . -B build/arm64 -G Ninja \
		--toolchain systemd/debian/arm64.cmake -DCMAKE_SYSROOT=$$sysroot -DFG_TESTS=ON >build/cmake-arm64.log || \
		{ cat build/cmake-arm64.log; exit 1; }
	@ninja -C build/arm64 -j $(JOBS) facegate fg_manual
	@tests/packages/emulated.sh build/arm64
	@systemd/debian/make.sh build/arm64 ./build/packages/arm64
	@tests/packages/arm64.sh build/packages/arm64 "$$(tests/roots/root.sh arm64-sysroot)" \
		build/arm64/tests/support/fg_sequence

# What can be made here of packages for every Debian, with lists for apt and sums.
release:
	@$(NEEDS) build models deb
	@$(MAKE) --no-print-directory fetch
	@systemd/debian/release.sh build/release-packages

# Every package there is, installed in clean systems, upgraded, removed and purged.
package-test:
	@$(NEEDS) roots
	@$(MAKE) --no-print-directory deb
	@tests/packages/test.sh
	@$(MAKE) --no-print-directory deb-arm64

# With packages for Debian 13, whatever this machine has. They upgrade those of the commit BEFORE, whose version counted
# no commits.
appliance: BEFORE = 6babce5
appliance:
	@$(NEEDS) build test privacy roots appliance
	@$(MAKE) --no-print-directory fetch
	@$(MAKE) --no-print-directory release-build
	@ninja -C build/release -j $(JOBS) fg_sequence fg_scan
	@tests/packages/trixie.sh
	@tests/appliance/before.sh $(BEFORE)
	@tests/appliance/appliance.sh build/release build/before/packages build/packages/trixie/facegate_*.deb \
		build/packages/trixie/facegate-models_*.deb build/packages/trixie/facegate-models-liveness_*.deb

# FG_SEED=N repeats the random times of a run of faults that printed this seed. The soak's clock is simulated.
soak: films = fg_soak_films
faults soak:
	@$(NEEDS) build test slow
	@$(MAKE) --no-print-directory fetch release-build
	@ninja -C build/release -j $(JOBS) facegate fg_$@ fg_sequence $(films)
	@ctest --test-dir build/release $(CTEST) --tests-regex '^integration\.scenes$$'
	@build/release/tests/$@/fg_$@ --long build/$@

no-faces:
	@$(NEEDS) build test slow
	@$(MAKE) --no-print-directory fetch release-build
	@ninja -C build/release -j $(JOBS) facegate fg_film fg_sequence test_integration_no_faces
	@ctest --test-dir build/release $(CTEST) --tests-regex '^integration\.scenes$$'
	@FG_NO_FACES=3600 build/release/tests/integration/test_integration_no_faces

# What was made in systems of their own belongs to root.
clean:
	@rm -rf build 2>/dev/null || sudo rm -rf build
