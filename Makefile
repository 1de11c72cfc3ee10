# Mesogen: `make run` does the main job, `make test` runs the tests; `make help` lists the rest.

.DEFAULT_GOAL := help
.PHONY: help run test test-asan test-tsan test-sanitized crash-test machines-test soak fuzz fuzz-coverage check-physics lint format docs \
  bench data packages install uninstall pictures build python python-objects python-environment python-test python-stubs \
  python-bench clean

# The Debian packages that Mesogen needs, in this one place.
PACKAGES := libgsl-dev libopenblas-dev libzip-dev zlib1g-dev libhdf5-dev libssl-dev voro++-dev libsymspg-dev

# The CPU that the program is built for. Swift's baseline for x86-64 has no fused multiply-add, which
# costs a factor of up to 16 in the kernels; -Xcc -march raises the target of Swift code too.
ARCH := $(shell uname -m)
ifeq ($(ARCH),x86_64)
  MARCH ?= x86-64-v3
endif
ifneq ($(MARCH),)
  CPU_FLAGS := -Xcc -march=$(MARCH)
  ifneq ($(filter x86-64-v3 x86-64-v4 native,$(MARCH)),)
    CPU_FLAGS += -Xswiftc -DFUSED_MULTIPLY_ADD
  endif
endif

# MPI=1 lets replicas exchange over the processes of mpirun; that needs libopenmpi-dev.
ifeq ($(MPI),1)
  export MESOGEN_MPI := 1
  PACKAGES += libopenmpi-dev
  EXTRA_FLAGS += --scratch-path .build-mpi
endif
SWIFT_FLAGS := -c release $(CPU_FLAGS) $(EXTRA_FLAGS)

# What makes and tests the Python package. What pip installs for that stands in `python/pyproject.toml`.
export PYTHON ?= python3
WHEEL_FLAGS = --bin-path "$$(swift build $(SWIFT_FLAGS) --show-bin-path)" --march "$(MARCH)"

# The toolchain and the commit that is built, which `mesogen doctor` and manifests of runs name.
export MESOGEN_SWIFT := $(shell swift --version 2> /dev/null | sed -n 's/.*Swift version \([^ ]*\).*/\1/p;q')
export MESOGEN_COMMIT := $(shell git describe --always --abbrev=12 --dirty=+changes 2> /dev/null)

# Where `make install` puts program, manual pages and completion; DESTDIR comes before it for packagers.
PREFIX ?= /usr/local
INSTALLED = $(DESTDIR)$(PREFIX)

# The directories that hold Swift code, and the modules that have documentation.
SWIFT_CODE := Package.swift Sources generators Tests Benchmarks
MODULES := Geometry Mathematics AniSOAP AniSOAPReference GayBerne OrderParameters Generators Simulation \
  Learning FileFormats Jobs Recipes Report

help: ## list the targets
	@echo "Mesogen makes liquid-crystal datasets: particles, energies, order parameters, features."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  variables: MARCH=$(MARCH) (the processor to build for; x86-64 runs everywhere), MPI=1"

run: build ## build, then make the default dataset below output/
	"$$(swift build $(SWIFT_FLAGS) --show-bin-path)/mesogen" run --output output

# The test product alone: a whole build would compile the tools of the dependencies too, and `swift test` everything
# with other flags than the program, so that the wheel would need all of it once more.
test: packages ## build and run all tests, those of the Python package too
	swift build $(SWIFT_FLAGS) --product MesogenPackageTests
	swift build $(SWIFT_FLAGS) --product Benchmarks
	swift build $(SWIFT_FLAGS) --product Fuzz
	swift test $(SWIFT_FLAGS) --skip-build --disable-xctest
	@$(MAKE) --no-print-directory python-test

python: python-objects ## build the wheel of the Python package into dist/, and test it
	python/environment.sh .build-python/tools build
	.build-python/tools/bin/python python/build.py $(WHEEL_FLAGS) --output dist
	python/test.sh "$$(ls -t dist/*.whl | head -1)"

python-objects: packages
	swift build $(SWIFT_FLAGS) --product MesogenPython
	swift build $(SWIFT_FLAGS) --product mesogen

# The wheel for the tests is linked from the objects of the tests' own build, and holds to this machine.
python-test: python-objects ## test the Python package with pytest in a fresh environment
	@python/environment.sh --check || exit 0; \
	rm -rf .build-python/wheel && \
	$(PYTHON) python/build.py $(WHEEL_FLAGS) --as-is --output .build-python/wheel && \
	python/test.sh .build-python/wheel/*.whl

# The package in a fresh environment, without tests.
python-environment: python-objects
	@rm -rf .build-python/wheel && \
	$(PYTHON) python/build.py $(WHEEL_FLAGS) --as-is --output .build-python/wheel && \
	python/test.sh .build-python/wheel/*.whl --none

python-stubs: python-environment ## write the type stubs of the Python package anew
	cd .build-python && test/bin/python -m mesogen._stubs ../python/mesogen

python-bench: python-environment ## measure calls from Python, and AniSOAP beside them where it is installed
	.build-python/test/bin/python python/tests/benchmark.py

build: packages ## build the program in release mode
	swift build $(SWIFT_FLAGS) --product mesogen

lint: ## check format and documentation of the code, changing nothing
	swift format lint --strict --recursive --parallel $(SWIFT_CODE)

format: ## format the code in place
	swift format --in-place --recursive --parallel $(SWIFT_CODE)

docs: packages ## build the site below output/docs: the guide (MkDocs) and, in api/, all modules (DocC)
	@mkdir -p output
	@if command -v mkdocs > /dev/null; then mkdocs build --quiet --site-dir output/docs; \
	elif python/environment.sh .build-python/site site; then \
	  .build-python/site/bin/mkdocs build --quiet --site-dir output/docs; \
	else rm -rf output/docs; mkdir -p output/docs; \
	  echo "make: the pages of the guide need MkDocs, which is neither on the PATH nor can be installed;" \
	    "they can be read as they are in docs/, and the modules are built now"; fi
	swift package --scratch-path .build-docs --allow-writing-to-directory output/docs/api \
	  generate-documentation $(addprefix --target ,$(MODULES)) --warnings-as-errors \
	  --output-path output/docs/api --enable-experimental-combined-documentation \
	  --transform-for-static-hosting --hosting-base-path api
	@echo "make: to read it: python3 -m http.server --directory output/docs, then http://localhost:8000"

pictures: build ## make the pictures of the guide and the gallery with the program itself
	docs/make-pictures.sh "$$(swift build $(SWIFT_FLAGS) --show-bin-path)/mesogen"

check-physics: packages ## long simulations against reference state points, half an hour
	MESOGEN_CHECK_PHYSICS=1 swift test $(SWIFT_FLAGS) --disable-xctest \
	  --filter SimulationTests --filter OverlapDecisionTests

crash-test: build ## kill the program KILLS times (200) at random moments: nothing may be lost
	Tests/crash-test.sh "$$(swift build $(SWIFT_FLAGS) --show-bin-path)/mesogen" $(or $(KILLS),200)

machines-test: build ## make shards under mpirun and a Slurm of one node, where these are installed
	Tests/machines-test.sh "$$(swift build $(SWIFT_FLAGS) --show-bin-path)/mesogen"

soak: build ## peak memory and time a frame on 10^5 and 10^6 frames, some minutes
	Tests/soak.py "$$(swift build $(SWIFT_FLAGS) --show-bin-path)/mesogen"

fuzz: packages ## read INPUTS damaged files (4,000,000, some ten minutes) with all readers
	swift run $(SWIFT_FLAGS) Fuzz $(or $(INPUTS),4000000) $(or $(SEED),1)

# libFuzzer counts edges, so that everything is compiled anew for it (gold cannot link that). The corpora stay in .build-fuzzer.
fuzz-coverage: packages ## read inputs that libFuzzer makes, SECONDS (60) for each of READERS
	swift build $(SWIFT_FLAGS) --product Fuzz
	MESOGEN_FUZZER=1 swift build $(SWIFT_FLAGS) --scratch-path .build-fuzzer --product CoverageFuzz \
	  -Xswiftc -sanitize=fuzzer -Xswiftc -use-ld=lld
	Tests/coverage-fuzz.sh "$$(swift build $(SWIFT_FLAGS) --show-bin-path)/Fuzz" \
	  .build-fuzzer/release/CoverageFuzz $(or $(SECONDS),60) $(READERS)

test-asan: packages ## run the tests under the address sanitizer, those of ONLY (a name) if it is given
	@$(MAKE) --no-print-directory test-sanitized SANITIZER=address

test-tsan: packages ## run the tests under the thread sanitizer, those of ONLY (a name) if it is given
	@$(MAKE) --no-print-directory test-sanitized SANITIZER=thread MARCH=x86-64

# The program that the tests start is sanitized as well. Without AVX: code for the thread sanitizer of Swift 6.3 puts
# vectors of 32 bytes on stacks that are aligned to 16, and traps.
# What is still held when a program ends is no fault.
test-sanitized: export MESOGEN_SANITIZER = $(SANITIZER)
test-sanitized: export ASAN_OPTIONS = detect_leaks=0
test-sanitized: export TSAN_OPTIONS = suppressions=$(CURDIR)/Tests/thread-sanitizer.txt
test-sanitized:
	swift build --scratch-path .build-$(SANITIZER) $(SWIFT_FLAGS) --sanitize=$(SANITIZER) \
	  --product MesogenPackageTests
	swift test --scratch-path .build-$(SANITIZER) $(SWIFT_FLAGS) --sanitize=$(SANITIZER) --skip-build \
	  --disable-xctest $(if $(ONLY),--filter $(ONLY))

bench: packages ## measure the speed of the parts
	swift run $(SWIFT_FLAGS) Benchmarks

data: build ## make every dataset that has a recipe in data/recipes, below output/
	@program="$$(swift build $(SWIFT_FLAGS) --show-bin-path)/mesogen"; \
	for recipe in data/recipes/*.yaml; do \
	  "$$program" run "$$recipe" --output "output/$$(basename "$$recipe" .yaml)" || exit $$?; \
	done

packages: ## install the system packages that are missing (Debian)
	@command -v swift > /dev/null || { \
	  echo "make: swift is not on the PATH; Mesogen needs the Swift 6.3 toolchain:" \
	    "https://www.swift.org/install/linux" >&2; exit 1; }
	@command -v dpkg-query > /dev/null || { \
	  echo "make: this is not Debian; make sure that you have what Debian calls: $(PACKAGES)"; exit 0; }; \
	missing=; for package in $(PACKAGES); do \
	  dpkg-query -W -f '$${db:Status-Status}' $$package 2> /dev/null | grep -qx installed \
	    || missing="$$missing $$package"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	echo "make: installing$$missing"; \
	if [ "$$(id -u)" = 0 ]; then root=env; \
	elif command -v sudo > /dev/null; then root=sudo; \
	else \
	  echo "make: please have these packages installed by somebody who may:" \
	    "apt-get install$$missing" >&2; exit 1; \
	fi; \
	$$root apt-get update -qq && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing

install: build ## put program, manual pages and completion below PREFIX (/usr/local)
	@program="$$(swift build $(SWIFT_FLAGS) --show-bin-path)/mesogen"; set -e; \
	install -d "$(INSTALLED)/bin" "$(INSTALLED)/share/man/man1" \
	  "$(INSTALLED)/share/bash-completion/completions" "$(INSTALLED)/share/zsh/site-functions" \
	  "$(INSTALLED)/share/fish/vendor_completions.d"; \
	install -m 755 "$$program" "$(INSTALLED)/bin/mesogen"; \
	"$$program" manual --output "$(INSTALLED)/share/man/man1"; \
	"$$program" --generate-completion-script bash > "$(INSTALLED)/share/bash-completion/completions/mesogen"; \
	"$$program" --generate-completion-script zsh > "$(INSTALLED)/share/zsh/site-functions/_mesogen"; \
	"$$program" --generate-completion-script fish \
	  > "$(INSTALLED)/share/fish/vendor_completions.d/mesogen.fish"; \
	echo "mesogen is in $(INSTALLED)/bin, its manual in $(INSTALLED)/share/man; try: man mesogen"

uninstall: ## remove what `make install` put below PREFIX
	rm -f "$(INSTALLED)/bin/mesogen" "$(INSTALLED)"/share/man/man1/mesogen.1 \
	  "$(INSTALLED)"/share/man/man1/mesogen-*.1 \
	  "$(INSTALLED)/share/bash-completion/completions/mesogen" \
	  "$(INSTALLED)/share/zsh/site-functions/_mesogen" \
	  "$(INSTALLED)/share/fish/vendor_completions.d/mesogen.fish"

clean: ## remove what was built and what was made
	rm -rf .build .build-docs .build-fuzzer .build-mpi .build-address .build-thread .build-python dist output
