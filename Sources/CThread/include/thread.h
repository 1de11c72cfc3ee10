#pragma once

/// What the calling thread has kept with `mesogen_keep_for_thread`; NULL at first.
void *mesogen_kept_for_thread(void);

/// Keeps something for the calling thread.
void mesogen_keep_for_thread(void *value);
