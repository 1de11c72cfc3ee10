#define _GNU_SOURCE
#include "thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static _Thread_local void *kept = NULL;

void *mesogen_kept_for_thread(void) { return kept; }

void mesogen_keep_for_thread(void *value) { kept = value; }

struct work {
  void (*function)(void *);
  void *context;
};

/// How many threads there are.
static atomic_int running;

static void *run(void *argument) {
  struct work work = *(struct work *)argument;
  free(argument);
  work.function(work.context);
  atomic_fetch_sub(&running, 1);
  return NULL;
}

int mesogen_run_on_thread(void (*function)(void *), void *context) {
  struct work *work = malloc(sizeof *work);
  if (work == NULL) return ENOMEM;
  *work = (struct work){function, context};
  pthread_attr_t attributes;
  int status = pthread_attr_init(&attributes);
  if (status != 0) {
    free(work);
    return status;
  }
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  // Threads begin with the mask of the one that makes them.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  atomic_fetch_add(&running, 1);
  pthread_t thread;
  status = pthread_create(&thread, &attributes, run, work);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  if (status != 0) {
    atomic_fetch_sub(&running, 1);
    free(work);
  }
  return status;
}

#ifdef __linux__

/// OpenBLAS gives its memory back when it is taken down; a thread that is at work in it would crash.
static void end_at_once(int status, void *unused) {
  (void)unused;
  if (atomic_load(&running) == 0) return;
  fflush(NULL);
  _exit(status);
}

/// Registered before what others register after they were loaded, it is called after that.
__attribute__((constructor)) static void prepare(void) { on_exit(end_at_once, NULL); }

#endif
