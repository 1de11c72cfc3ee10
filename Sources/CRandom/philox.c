#include "philox.h"

typedef struct {
  uint64_t key[2];
  uint64_t counter[4];
  uint64_t block[4];
  unsigned used;
} philox_state;

/// Ten rounds of Philox4x64 on the counter, then the counter goes up by one.
/// The constants and the order of the words are those of Random123 and NumPy.
static void refill(philox_state *s) {
  uint64_t c0 = s->counter[0], c1 = s->counter[1], c2 = s->counter[2], c3 = s->counter[3];
  uint64_t k0 = s->key[0], k1 = s->key[1];
  for (int round = 0; round < 10; ++round) {
    const unsigned __int128 p0 = (unsigned __int128)0xD2E7470EE14C6C93ULL * c0;
    const unsigned __int128 p1 = (unsigned __int128)0xCA5A826395121157ULL * c2;
    const uint64_t n0 = (uint64_t)(p1 >> 64) ^ c1 ^ k0;
    const uint64_t n2 = (uint64_t)(p0 >> 64) ^ c3 ^ k1;
    c1 = (uint64_t)p1;
    c3 = (uint64_t)p0;
    c0 = n0;
    c2 = n2;
    k0 += 0x9E3779B97F4A7C15ULL;
    k1 += 0xBB67AE8584CAA73BULL;
  }
  s->block[0] = c0;
  s->block[1] = c1;
  s->block[2] = c2;
  s->block[3] = c3;
  if (++s->counter[0] == 0) ++s->counter[1];
  s->used = 0;
}

static uint64_t next64(void *state) {
  philox_state *s = state;
  if (s->used == 4) refill(s);
  return s->block[s->used++];
}

static unsigned long get(void *state) { return (unsigned long)(next64(state) >> 32); }

static double get_double(void *state) { return (double)(next64(state) >> 11) * 0x1.0p-53; }

static void set(void *state, unsigned long seed) {
  philox_state *s = state;
  *s = (philox_state){.key = {seed, 0}, .counter = {0, 0, 0, 0}, .used = 4};
}

static const gsl_rng_type philox_type = {
    "philox4x64", 0xffffffffUL, 0, sizeof(philox_state), set, get, get_double};

gsl_rng *mesogen_philox_alloc(uint64_t seed, uint64_t stream, uint64_t frame) {
  gsl_rng *generator = gsl_rng_alloc(&philox_type);
  if (generator == NULL) return NULL;
  philox_state *s = generator->state;
  *s = (philox_state){.key = {seed, stream}, .counter = {0, 0, frame, 0}, .used = 4};
  return generator;
}

uint64_t mesogen_philox_next(gsl_rng *generator) { return next64(generator->state); }
