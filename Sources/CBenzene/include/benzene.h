#ifndef MESOGEN_BENZENE_H
#define MESOGEN_BENZENE_H

#include <stddef.h>

/// The bytes of data/reference/benzene/crystals.xyz.gz.
const unsigned char *mesogen_benzene(void);

/// How many bytes there are.
size_t mesogen_benzene_size(void);

#endif
