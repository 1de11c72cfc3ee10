#pragma once

/// Notes interrupts (SIGINT) from now on, and passes each on to the handler that was there: that of a Python
/// interpreter, which raises KeyboardInterrupt once a call is back. Nothing happens where interrupts have no
/// handler. Calls may be nested; they come from one thread, the interpreter's main thread.
void mesogen_interrupts_begin(void);

/// Ends what `mesogen_interrupts_begin` began.
void mesogen_interrupts_end(void);

/// Whether there was an interrupt since the outermost begin; any thread may ask.
int mesogen_interrupts_arrived(void);
