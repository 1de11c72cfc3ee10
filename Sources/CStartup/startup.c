// What must happen before anything else in the program, and what only C can say about threads and
// signals.

#define _GNU_SOURCE
#include "startup.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const int caught[] = {SIGINT, SIGTERM, SIGHUP};

static sem_t arrived;
static volatile sig_atomic_t number;
static void (*ending)(int);

/// Gives each of the signals a handler, except those that are ignored, and lets them through: a program
/// that starts us from one of its threads may have them blocked there, which we inherit.
static void set_handlers(void (*handler)(int)) {
  sigset_t mask;
  sigemptyset(&mask);
  for (size_t k = 0; k < sizeof caught / sizeof *caught; k++) {
    struct sigaction action;
    if (sigaction(caught[k], NULL, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigaction(caught[k], &action, NULL);
    sigaddset(&mask, caught[k]);
  }
  pthread_sigmask(SIG_UNBLOCK, &mask, NULL);
}

#ifdef __linux__

/// Nothing is open yet that could be left behind.
static void end_early(int signal) {
  static const char text[] = "mesogen: interrupted; no unfinished output was left\n";
  if (write(STDERR_FILENO, text, sizeof text - 1) < 0) {}
  _exit(128 + signal);
}

static const char single[] = "OPENBLAS_NUM_THREADS=1";
static const char mark[] = "MESOGEN_LITTLE_MEMORY=1";

/// OpenBLAS starts a thread for every core while it is loaded. Each takes 128 MB of addresses, and asks
/// for them again and again, for ever, where the limit on memory (`ulimit -v`) does not leave so much. We
/// have threads of our own: with such a limit the program starts once more and tells OpenBLAS so. In a
/// function that runs before all libraries are initialised there is no other way.
static void start_with_little_memory(char **arguments, char **environment) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
  size_t count = 0;
  for (; environment[count] != NULL; count++) {
    if (strncmp(environment[count], "OPENBLAS_NUM_THREADS=", 21) == 0) return;
  }
  // An array on the stack: there may be no heap yet.
  char *larger[count + 3];
  memcpy(larger, environment, count * sizeof *larger);
  larger[count] = (char *)single;
  larger[count + 1] = (char *)mark;
  larger[count + 2] = NULL;
  execve("/proc/self/exe", arguments, larger);
}

static void before_libraries(int count, char **arguments, char **environment) {
  (void)count;
  set_handlers(end_early);
  start_with_little_memory(arguments, environment);
}

__attribute__((section(".preinit_array"), used)) static void (*const preinit)(
    int, char **, char **) = before_libraries;

#endif

static void note(int signal) {
  int kept = errno;
  number = signal;
  sem_post(&arrived);
  errno = kept;
}

static void *wait_for_signal(void *unused) {
  (void)unused;
  while (sem_wait(&arrived) != 0) {}
  ending(number);
  return NULL;
}

/// Threads that take little: their stacks are large enough for what they do.
static int start(pthread_t *thread, size_t stack, void *(*body)(void *)) {
  pthread_attr_t attributes;
  int status = pthread_attr_init(&attributes);
  if (status != 0) return status;
  if (stack > 0) pthread_attr_setstacksize(&attributes, stack);
  status = pthread_create(thread, &attributes, body, NULL);
  pthread_attr_destroy(&attributes);
  return status;
}

int mesogen_catch_signals(void (*end)(int)) {
  if (getenv("MESOGEN_LITTLE_MEMORY") != NULL) {
    // Programs that we start may have as many threads as they like.
    unsetenv("OPENBLAS_NUM_THREADS");
    unsetenv("MESOGEN_LITTLE_MEMORY");
  }
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  ending = end;
  if (sem_init(&arrived, 0, 0) != 0) return errno;
  pthread_t thread;
  int status = start(&thread, 1 << 20, wait_for_signal);
  if (status != 0) return status;
  pthread_detach(thread);
  set_handlers(note);
  return 0;
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void *pass(void *unused) {
  pthread_mutex_lock(&gate);
  pthread_mutex_unlock(&gate);
  return unused;
}

int mesogen_try_threads(int count) {
  if (count <= 0) return 0;
  pthread_t *threads = malloc((size_t)count * sizeof *threads);
  if (threads == NULL) return ENOMEM;
  int started = 0, status = 0;
  pthread_mutex_lock(&gate);
  while (started < count && status == 0) {
    status = start(&threads[started], 0, pass);
    if (status == 0) started++;
  }
  pthread_mutex_unlock(&gate);
  for (int k = 0; k < started; k++) pthread_join(threads[k], NULL);
  free(threads);
  return status;
}

int mesogen_try_descriptors(int count) {
  int opened[16], status = 0, k = 0;
  for (; k < count && k < 16 && status == 0; k++) {
    opened[k] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (opened[k] < 0) status = errno;
  }
  while (k-- > 0) {
    if (opened[k] >= 0) close(opened[k]);
  }
  return status;
}
