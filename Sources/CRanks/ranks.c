#include "ranks.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifdef MESOGEN_MPI

#include <mpi.h>

// The only kind of message that there is.
static const int kTag = 1;

static void finish(void) {
  int done = 0;
  MPI_Finalized(&done);
  if (!done) MPI_Finalize();
}

int mesogen_ranks_built(void) { return 1; }

int mesogen_ranks_start(int *rank, int *count) {
  int started = 0;
  MPI_Initialized(&started);
  if (!started) {
    // All calls come from one thread at a time, which need not be the first one.
    int level = 0;
    const int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level);
    if (code != MPI_SUCCESS) return code;
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    atexit(finish);
  }
  const int code = MPI_Comm_rank(MPI_COMM_WORLD, rank);
  return code != MPI_SUCCESS ? code : MPI_Comm_size(MPI_COMM_WORLD, count);
}

int mesogen_ranks_send(const void *bytes, int64_t size, int rank) {
  if (size < 0 || size > INT32_MAX) return MPI_ERR_COUNT;
  return MPI_Send(bytes, (int)size, MPI_BYTE, rank, kTag, MPI_COMM_WORLD);
}

int mesogen_ranks_wait(int rank, int64_t *size) {
  MPI_Status status;
  // MPI's own waiting keeps a core busy, which the process that computes may need.
  for (int there = 0; !there;) {
    const int code = MPI_Iprobe(rank, kTag, MPI_COMM_WORLD, &there, &status);
    if (code != MPI_SUCCESS) return code;
    if (!there) nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
  }
  int bytes = 0;
  const int code = MPI_Get_count(&status, MPI_BYTE, &bytes);
  *size = bytes;
  return code;
}

int mesogen_ranks_receive(void *bytes, int64_t size, int rank) {
  return MPI_Recv(bytes, (int)size, MPI_BYTE, rank, kTag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

void mesogen_ranks_describe(int code, char *text, int capacity) {
  char message[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(code, message, &length);
  snprintf(text, (size_t)capacity, "%s", message);
}

#else

int mesogen_ranks_built(void) { return 0; }

int mesogen_ranks_start(int *rank, int *count) {
  (void)rank, (void)count;
  return -1;
}

int mesogen_ranks_send(const void *bytes, int64_t size, int rank) {
  (void)bytes, (void)size, (void)rank;
  return -1;
}

int mesogen_ranks_wait(int rank, int64_t *size) {
  (void)rank, (void)size;
  return -1;
}

int mesogen_ranks_receive(void *bytes, int64_t size, int rank) {
  (void)bytes, (void)size, (void)rank;
  return -1;
}

void mesogen_ranks_describe(int code, char *text, int capacity) {
  (void)code;
  snprintf(text, (size_t)capacity, "built without MPI");
}

#endif
