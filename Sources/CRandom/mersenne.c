#include "mersenne.h"

#include <gsl/gsl_version.h>

gsl_rng *mesogen_mersenne_alloc(uint32_t seed) {
  gsl_rng *generator = gsl_rng_alloc(gsl_rng_mt19937);
  if (generator != NULL) gsl_rng_set(generator, seed);
  return generator;
}

uint32_t mesogen_mersenne_next(gsl_rng *generator) { return (uint32_t)gsl_rng_get(generator); }

const char *mesogen_gsl_version(void) { return gsl_version; }
