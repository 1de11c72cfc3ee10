#include "processor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *mesogen_instruction_set(void) {
#if defined(__AVX2__) && defined(__FMA__)
  return "x86-64-v3";
#elif defined(__x86_64__)
  return "x86-64";
#elif defined(__aarch64__)
  return "arm64";
#else
  return "other";
#endif
}

int mesogen_has_unit(const char *name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!strcmp(name, "sse4.2")) return __builtin_cpu_supports("sse4.2") != 0;
  if (!strcmp(name, "avx")) return __builtin_cpu_supports("avx") != 0;
  if (!strcmp(name, "fma")) return __builtin_cpu_supports("fma") != 0;
  if (!strcmp(name, "avx2")) return __builtin_cpu_supports("avx2") != 0;
  if (!strcmp(name, "avx512f")) return __builtin_cpu_supports("avx512f") != 0;
  return 0;
#elif defined(__aarch64__)
  return !strcmp(name, "neon") || !strcmp(name, "fma");
#else
  (void)name;
  return 0;
#endif
}

#if defined(__AVX2__) && defined(__FMA__)
/// Runs before any Swift code: a program built for x86-64-v3 says so on an older processor instead
/// of dying of an illegal instruction. It uses no instruction beyond the baseline.
__attribute__((constructor, target("no-avx"))) static void check_processor(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return;
  static const char message[] =
      "mesogen: this program was built for processors with AVX2 and FMA (x86-64-v3), which this "
      "one lacks. Build it here with: make MARCH=x86-64\n";
  const ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
  _exit(written < 0 ? 71 : 71);
}
#endif
