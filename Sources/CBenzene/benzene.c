#include "benzene.h"

// The labelled crystals that the figures of the paper are computed from.
#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char crystals[] = {
#embed "../../data/reference/benzene/crystals.xyz.gz"
};

const unsigned char *mesogen_benzene(void) { return crystals; }

size_t mesogen_benzene_size(void) { return sizeof crystals; }
