#ifndef MESOGEN_LANES_H
#define MESOGEN_LANES_H

#ifdef __AVX2__
#include <immintrin.h>
#endif

// Swift imports vectors of this kind as SIMD8<Double>.
typedef double mesogen_double8 __attribute__((ext_vector_type(8)));

/// The square roots of eight doubles, as vector instructions.
///
/// Swift's own SIMD8<Double>.squareRoot() goes through the C function sqrt, which has to set errno:
/// eight scalar roots with a branch each, and the kernel around them falls apart into scalars
/// (measured: 77 instead of 26 ns a pair for Gay-Berne forces).
static inline __attribute__((always_inline)) mesogen_double8 mesogen_sqrt8(mesogen_double8 x) {
  return __builtin_elementwise_sqrt(x);
}

typedef _Bool mesogen_bool8 __attribute__((ext_vector_type(8)));

/// Bit k is set where a[k] < b[k]: a branch on eight comparisons at once.
static inline __attribute__((always_inline)) unsigned mesogen_less_bits8(
    mesogen_double8 a, mesogen_double8 b) {
  const mesogen_bool8 lanes = __builtin_convertvector(a < b, mesogen_bool8);
  unsigned char bits;
  __builtin_memcpy(&bits, &lanes, 1);
  return bits;
}

typedef double mesogen_double4 __attribute__((ext_vector_type(4)));
typedef double mesogen_double4_unaligned __attribute__((ext_vector_type(4), aligned(8)));
typedef int mesogen_int8 __attribute__((ext_vector_type(8)));

/// Eight whole numbers as doubles: Swift's own conversion of vectors goes lane by lane.
static inline __attribute__((always_inline)) mesogen_double8 mesogen_convert8(mesogen_int8 i) {
  return __builtin_convertvector(i, mesogen_double8);
}

/// The transposed 4 x 4 matrix with the rows a, b, c, d, in the lower or upper halves of the result.
#define MESOGEN_TRANSPOSE(a, b, c, d, r)                                  \
  do {                                                                    \
    const mesogen_double4 ab_even = __builtin_shufflevector(a, b, 0, 4, 2, 6); \
    const mesogen_double4 ab_odd = __builtin_shufflevector(a, b, 1, 5, 3, 7);  \
    const mesogen_double4 cd_even = __builtin_shufflevector(c, d, 0, 4, 2, 6); \
    const mesogen_double4 cd_odd = __builtin_shufflevector(c, d, 1, 5, 3, 7);  \
    r[0] = __builtin_shufflevector(ab_even, cd_even, 0, 1, 4, 5);         \
    r[1] = __builtin_shufflevector(ab_odd, cd_odd, 0, 1, 4, 5);           \
    r[2] = __builtin_shufflevector(ab_even, cd_even, 2, 3, 6, 7);         \
    r[3] = __builtin_shufflevector(ab_odd, cd_odd, 2, 3, 6, 7);           \
  } while (0)

/// base[stride i + k] for eight records i goes to lanes[k] (four mesogen_double8; Swift cannot import
/// pointers to them), k = 0 ... 3.
///
/// Whole rows and a transposition: eight scalars put together one by one go through memory, and the
/// load behind the stores stalls.
static inline __attribute__((always_inline)) void mesogen_gather4(
    const double *base, int stride, mesogen_int8 i, void *lanes) {
  mesogen_double8 *v = (mesogen_double8 *)lanes;
  mesogen_double4 row[8], low[4], high[4];
#pragma clang loop unroll(full)
  for (int k = 0; k < 8; ++k) {
    row[k] = *(const mesogen_double4_unaligned *)(base + (long)stride * i[k]);
  }
  MESOGEN_TRANSPOSE(row[0], row[1], row[2], row[3], low);
  MESOGEN_TRANSPOSE(row[4], row[5], row[6], row[7], high);
  v[0] = __builtin_shufflevector(low[0], high[0], 0, 1, 2, 3, 4, 5, 6, 7);
  v[1] = __builtin_shufflevector(low[1], high[1], 0, 1, 2, 3, 4, 5, 6, 7);
  v[2] = __builtin_shufflevector(low[2], high[2], 0, 1, 2, 3, 4, 5, 6, 7);
  v[3] = __builtin_shufflevector(low[3], high[3], 0, 1, 2, 3, 4, 5, 6, 7);
}

/// Adds lanes[k] (eight mesogen_double8) to base[8 i + k], k = 0 ... 7, for eight records i of eight
/// numbers each, one record after the other: the same record may come more than once.
static inline __attribute__((always_inline)) void mesogen_scatter_add8(
    double *base, mesogen_int8 i, const void *lanes) {
  const mesogen_double8 *v = (const mesogen_double8 *)lanes;
  mesogen_double4 low[8], high[8], first[4], second[4];
#pragma clang loop unroll(full)
  for (int half = 0; half < 2; ++half) {
    mesogen_double4 part[8];
#pragma clang loop unroll(full)
    for (int k = 0; k < 8; ++k) {
      part[k] = half == 0 ? __builtin_shufflevector(v[k], v[k], 0, 1, 2, 3)
                          : __builtin_shufflevector(v[k], v[k], 4, 5, 6, 7);
    }
    MESOGEN_TRANSPOSE(part[0], part[1], part[2], part[3], first);
    MESOGEN_TRANSPOSE(part[4], part[5], part[6], part[7], second);
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; ++k) {
      low[4 * half + k] = first[k];
      high[4 * half + k] = second[k];
    }
  }
#pragma clang loop unroll(full)
  for (int k = 0; k < 8; ++k) {
    mesogen_double4_unaligned *record = (mesogen_double4_unaligned *)(base + 8 * (long)i[k]);
    record[0] += low[k];
    record[1] += high[k];
  }
}

extern const unsigned long long mesogen_set_bits[256];

typedef float mesogen_float8 __attribute__((ext_vector_type(8)));
typedef float mesogen_float8_unaligned __attribute__((ext_vector_type(8), aligned(4)));

/// A block is eight x, eight y and eight z as floats, then eight numbers. The numbers whose point is nearer
/// to the centre than the root of `squared`, without those in the bits of `without`, go to `out`,
/// which has room for eight, and to `codes` the same `code` for each. Returns how many they are.
///
/// No branch depends on who is near: with one of seven points near, a loop over them would be
/// mispredicted at every second block.
static inline __attribute__((always_inline)) long mesogen_append_near8(
    const void *block, float cx, float cy, float cz, float squared, unsigned without, int code,
    int *out, int *codes) {
  const mesogen_float8_unaligned *p = (const mesogen_float8_unaligned *)block;
  const mesogen_float8 dx = p[0] - cx, dy = p[1] - cy, dz = p[2] - cz;
  const mesogen_bool8 lanes = __builtin_convertvector(
      dx * dx + dy * dy + dz * dz < (mesogen_float8)(squared), mesogen_bool8);
  unsigned char bits;
  __builtin_memcpy(&bits, &lanes, 1);
  bits &= ~without;
  const int *numbers = (const int *)block + 24;
#ifdef __AVX2__
  const __m256i order =
      _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)mesogen_set_bits[bits]));
  const __m256i eight = _mm256_loadu_si256((const __m256i *)numbers);
  _mm256_storeu_si256((__m256i *)out, _mm256_permutevar8x32_epi32(eight, order));
  _mm256_storeu_si256((__m256i *)codes, _mm256_set1_epi32(code));
  return __builtin_popcount(bits);
#else
  long count = 0;
  for (int k = 0; k < 8; ++k) {
    out[count] = numbers[k];
    codes[count] = code;
    count += bits >> k & 1;
  }
  return count;
#endif
}

#endif
