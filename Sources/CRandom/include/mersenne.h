#ifndef MESOGEN_MERSENNE_H
#define MESOGEN_MERSENNE_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

/// GSL's MT19937 with that seed: the bits of NumPy's `RandomState(seed)`, from which scikit-learn
/// draws its splits. The seed must not be 0, which GSL takes to mean 4357.
/// Returns NULL when out of memory. Free with gsl_rng_free.
gsl_rng *mesogen_mersenne_alloc(uint32_t seed);

/// The next 32 random bits.
uint32_t mesogen_mersenne_next(gsl_rng *generator);

/// The version of GSL that was found at run time.
const char *mesogen_gsl_version(void);

#endif
