#ifndef MESOGEN_PHILOX_H
#define MESOGEN_PHILOX_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

/// A GSL generator that runs Philox4x64-10 (Salmon et al., SC 2011, doi:10.1145/2063384.2063405).
///
/// It is counter based: the key is (seed, stream), two words of the counter are (frame, 0), and
/// two count the blocks. Two generators with different (seed, stream, frame) therefore never share
/// a number, which a 32-bit seed of one of GSL's own generators cannot promise.
/// (mersenne.h has the one generator of GSL that NumPy shares.)
/// Returns NULL when out of memory. Free with gsl_rng_free.
gsl_rng *mesogen_philox_alloc(uint64_t seed, uint64_t stream, uint64_t frame);

/// The next 64 random bits.
uint64_t mesogen_philox_next(gsl_rng *generator);

#endif
