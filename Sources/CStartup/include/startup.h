#ifndef MESOGEN_STARTUP_H
#define MESOGEN_STARTUP_H

/// Catches SIGINT, SIGTERM and SIGHUP from now on, except those that whoever started the program wants
/// ignored: a thread waits for them and calls `end` with the number of the signal, which must not return.
/// Ignores SIGPIPE and SIGXFSZ, so that writing fails with an error instead.
///
/// Returns 0, or the `errno` for which the thread cannot be started.
int mesogen_catch_signals(void (*end)(int signal));

/// Whether so many threads can run at the same time beside this one: 0, or an `errno`.
int mesogen_try_threads(int count);

/// Whether so many more files can be opened, 16 at most: 0, or an `errno`.
int mesogen_try_descriptors(int count);

#endif
