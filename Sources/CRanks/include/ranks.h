#ifndef MESOGEN_RANKS_H
#define MESOGEN_RANKS_H

#include <stdint.h>

/// Messages between processes that were started together, by MPI.
///
/// Without MESOGEN_MPI at build time every process is alone: `mesogen_ranks_start` says so with -1.

/// Whether this program was built with MPI.
int mesogen_ranks_built(void);

/// Starts MPI once, with its end at the exit of the process, and tells which process this is of how many.
/// Returns 0, -1 without MPI, or MPI's error code.
int mesogen_ranks_start(int *rank, int *count);

/// Sends the bytes to a rank; returns when they may be overwritten. Returns 0 or MPI's error code.
int mesogen_ranks_send(const void *bytes, int64_t size, int rank);

/// Waits for the next message of a rank, and tells its size. Returns 0 or MPI's error code.
int mesogen_ranks_wait(int rank, int64_t *size);

/// Takes the message that was waited for. Returns 0 or MPI's error code.
int mesogen_ranks_receive(void *bytes, int64_t size, int rank);

/// What an error code means, in at most `capacity` bytes with the closing zero.
void mesogen_ranks_describe(int code, char *text, int capacity);

#endif
