#pragma once

/// What the calling thread has kept with `mesogen_keep_for_thread`; NULL at first.
void *mesogen_kept_for_thread(void);

/// Keeps something for the calling thread.
void mesogen_keep_for_thread(void *value);

/// Runs a function on a thread of its own, which no signal reaches and nobody waits for. While there are such
/// threads, the process ends without taking down its libraries, which they may be in the middle of.
///
/// 0, or why there is no such thread.
int mesogen_run_on_thread(void (*function)(void *), void *context);
