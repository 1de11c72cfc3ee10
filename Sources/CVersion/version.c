#include "version.h"

#ifndef MESOGEN_COMMIT
#define MESOGEN_COMMIT ""
#endif

#ifndef MESOGEN_SWIFT
#define MESOGEN_SWIFT ""
#endif

const char *mesogen_swift(void) { return MESOGEN_SWIFT; }

const char *mesogen_commit(void) { return MESOGEN_COMMIT; }
