#include "plotly.h"

// The file is compressed because every report carries it: 1.5 MB instead of 4.8 MB.
#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char library[] = {
#embed "plotly.min.js.gz"
};

const unsigned char *mesogen_plotly(void) { return library; }

size_t mesogen_plotly_size(void) { return sizeof library; }
