# Mesogen: `make run` does the main job, `make test` runs the tests; `make help` lists the rest.

# The Debian packages that Mesogen needs, in this one place.
PACKAGES := libgsl-dev libopenblas-dev libzip-dev zlib1g-dev

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
SWIFT_FLAGS := -c release $(CPU_FLAGS)
