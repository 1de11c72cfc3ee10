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

/// Bit k is set where a[k] < b[k].
static inline __attribute__((always_inline)) unsigned mesogen_less_bits8f(
    mesogen_float8 a, mesogen_float8 b) {
  const mesogen_bool8 lanes = __builtin_convertvector(a < b, mesogen_bool8);
  unsigned char bits;
  __builtin_memcpy(&bits, &lanes, 1);
  return bits;
}

/// Eight doubles as floats.
static inline __attribute__((always_inline)) mesogen_float8 mesogen_narrow8(mesogen_double8 x) {
  return __builtin_convertvector(x, mesogen_float8);
}

/// base[stride i + k] for eight records i goes to lanes[k] (eight mesogen_float8), k = 0 ... 7.
static inline __attribute__((always_inline)) void mesogen_gather8f(
    const float *base, int stride, mesogen_int8 i, void *lanes) {
  mesogen_float8 *v = (mesogen_float8 *)lanes;
  mesogen_float8 row[8], pair[8], four[8];
#pragma clang loop unroll(full)
  for (int k = 0; k < 8; ++k) {
    row[k] = *(const mesogen_float8_unaligned *)(base + (long)stride * i[k]);
  }
#pragma clang loop unroll(full)
  for (int k = 0; k < 8; k += 2) {
    pair[k] = __builtin_shufflevector(row[k], row[k + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    pair[k + 1] = __builtin_shufflevector(row[k], row[k + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
#pragma clang loop unroll(full)
  for (int h = 0; h < 8; h += 4) {
    four[h] = __builtin_shufflevector(pair[h], pair[h + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    four[h + 1] = __builtin_shufflevector(pair[h], pair[h + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    four[h + 2] = __builtin_shufflevector(pair[h + 1], pair[h + 3], 0, 1, 8, 9, 4, 5, 12, 13);
    four[h + 3] = __builtin_shufflevector(pair[h + 1], pair[h + 3], 2, 3, 10, 11, 6, 7, 14, 15);
  }
#pragma clang loop unroll(full)
  for (int k = 0; k < 4; ++k) {
    v[k] = __builtin_shufflevector(four[k], four[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    v[k + 4] = __builtin_shufflevector(four[k], four[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/// The lanes of the eight floats `x` whose bits are set go to the front of `out`, which has room for eight.
/// (A macro: without AVX a function cannot take such a vector.)
#ifdef __AVX2__
#define MESOGEN_STORE_FRONT(out, x, bits)                                            \
  _mm256_storeu_ps((float *)(out),                                                   \
                   _mm256_permutevar8x32_ps(                                         \
                       (__m256)(x), _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(          \
                                        (long long)mesogen_set_bits[bits]))))
#else
#define MESOGEN_STORE_FRONT(out, x, bits)      \
  do {                                         \
    float *front = (float *)(out);             \
    for (int lane = 0; lane < 8; ++lane) {     \
      *front = (x)[lane];                      \
      front += (bits) >> lane & 1;             \
    }                                          \
  } while (0)
#endif

/// Of a block (as above) the numbers, with `code` for each, and the ways from the centre, whose x, y and
/// z have `room` places each, of those where the form (xx, 2 xy, 2 xz, yy, 2 yz, zz) of the way is below
/// `limit`. Returns how many they are; room for eight more is needed.
static inline __attribute__((always_inline)) long mesogen_append_ways8(
    const void *block, float cx, float cy, float cz, const float *form, float limit,
    unsigned without, int code, int *out, int *codes, float *ways, long room) {
  const mesogen_float8_unaligned *p = (const mesogen_float8_unaligned *)block;
  const mesogen_float8 x = p[0] - cx, y = p[1] - cy, z = p[2] - cz;
  const mesogen_float8 value = x * (form[0] * x + form[1] * y + form[2] * z) +
                               y * (form[3] * y + form[4] * z) + form[5] * z * z;
  const mesogen_bool8 lanes = __builtin_convertvector(value < (mesogen_float8)(limit), mesogen_bool8);
  unsigned char near;
  __builtin_memcpy(&near, &lanes, 1);
  const unsigned bits = near & ~without;
  MESOGEN_STORE_FRONT(out, p[3], bits);
  MESOGEN_STORE_FRONT(ways, x, bits);
  MESOGEN_STORE_FRONT(ways + room, y, bits);
  MESOGEN_STORE_FRONT(ways + 2 * room, z, bits);
  const mesogen_int8 same = (mesogen_int8)(code);
  __builtin_memcpy(codes, &same, sizeof same);
  return __builtin_popcount(bits);
}

/// The numbers of those of up to 32 entries whose squares add up to less than `limit`: along every axis
/// zero for an entry with step 1, `below` for step 0, `above` for step 2; step 3 is out of reach.
/// `steps` has 32 of them for every axis. Needs room for 40.
static inline __attribute__((always_inline)) long mesogen_near_entries32(
    float below_x, float above_x, float below_y, float above_y, float below_z, float above_z,
    float limit, const int *steps, int *out) {
  long count = 0;
#ifdef __AVX2__
  const __m256 sx = _mm256_setr_ps(below_x, 0, above_x, limit, 0, 0, 0, 0);
  const __m256 sy = _mm256_setr_ps(below_y, 0, above_y, limit, 0, 0, 0, 0);
  const __m256 sz = _mm256_setr_ps(below_z, 0, above_z, limit, 0, 0, 0, 0);
  const __m256 most = _mm256_set1_ps(limit);
  __m256i numbers = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
#pragma clang loop unroll(full)
  for (int k = 0; k < 32; k += 8) {
    const __m256 sum = _mm256_add_ps(
        _mm256_add_ps(
            _mm256_permutevar8x32_ps(sx, _mm256_loadu_si256((const __m256i *)(steps + k))),
            _mm256_permutevar8x32_ps(sy, _mm256_loadu_si256((const __m256i *)(steps + 32 + k)))),
        _mm256_permutevar8x32_ps(sz, _mm256_loadu_si256((const __m256i *)(steps + 64 + k))));
    const unsigned bits = _mm256_movemask_ps(_mm256_cmp_ps(sum, most, _CMP_LT_OQ));
    MESOGEN_STORE_FRONT(out + count, _mm256_castsi256_ps(numbers), bits);
    numbers = _mm256_add_epi32(numbers, _mm256_set1_epi32(8));
    count += __builtin_popcount(bits);
  }
#else
  const float squares[3][4] = {{below_x, 0, above_x, limit},
                               {below_y, 0, above_y, limit},
                               {below_z, 0, above_z, limit}};
  for (int k = 0; k < 32; ++k) {
    out[count] = k;
    count += squares[0][steps[k]] + squares[1][steps[32 + k]] + squares[2][steps[64 + k]] < limit;
  }
#endif
  return count;
}

#endif
