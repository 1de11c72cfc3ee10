#include "version.h"

#ifndef MESOGEN_COMMIT
#define MESOGEN_COMMIT ""
#endif

const char *mesogen_commit(void) { return MESOGEN_COMMIT; }
