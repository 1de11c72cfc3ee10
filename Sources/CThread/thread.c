#include "thread.h"

#include <stddef.h>

static _Thread_local void *kept = NULL;

void *mesogen_kept_for_thread(void) { return kept; }

void mesogen_keep_for_thread(void *value) { kept = value; }
