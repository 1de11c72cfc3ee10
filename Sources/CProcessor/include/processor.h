#ifndef MESOGEN_PROCESSOR_H
#define MESOGEN_PROCESSOR_H

/// The instruction set this program was compiled for: "x86-64-v3", "x86-64", "arm64" or "other".
const char *mesogen_instruction_set(void);

/// Whether the processor that this runs on has a unit: "sse4.2", "avx", "fma", "avx2", "avx512f", "neon".
int mesogen_has_unit(const char *name);

#endif
