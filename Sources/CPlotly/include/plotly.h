#ifndef MESOGEN_PLOTLY_H
#define MESOGEN_PLOTLY_H

#include <stddef.h>

/// The bytes of plotly.min.js.gz.
const unsigned char *mesogen_plotly(void);

/// How many bytes there are.
size_t mesogen_plotly_size(void);

#endif
