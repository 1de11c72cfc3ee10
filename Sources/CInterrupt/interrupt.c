#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

static struct sigaction before;
static int depth;
static int installed;
static atomic_int arrived;

static void note(int number, siginfo_t *info, void *context) {
  atomic_store(&arrived, 1);
  if (before.sa_flags & SA_SIGINFO) {
    before.sa_sigaction(number, info, context);
  } else {
    before.sa_handler(number);
  }
}

void mesogen_interrupts_begin(void) {
  if (depth++ > 0) return;
  atomic_store(&arrived, 0);
  installed = 0;
  if (sigaction(SIGINT, NULL, &before) != 0) return;
  if (!(before.sa_flags & SA_SIGINFO)
      && (before.sa_handler == SIG_DFL || before.sa_handler == SIG_IGN)) {
    return;
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = note;
  action.sa_mask = before.sa_mask;
  action.sa_flags = SA_SIGINFO | (before.sa_flags & (SA_RESTART | SA_ONSTACK));
  installed = sigaction(SIGINT, &action, NULL) == 0;
}

void mesogen_interrupts_end(void) {
  if (--depth > 0) return;
  if (installed) sigaction(SIGINT, &before, NULL);
}

int mesogen_interrupts_arrived(void) { return atomic_load_explicit(&arrived, memory_order_relaxed); }
