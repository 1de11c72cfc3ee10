#ifndef MESOGEN_VERSION_H
#define MESOGEN_VERSION_H

/// The commit that this program was built from, with `+changes` where files differed from it; empty
/// where nobody knows.
const char *mesogen_commit(void);

/// The Swift toolchain that this program was built with, as `swift --version` names it; empty where nobody
/// knows.
const char *mesogen_swift(void);

#endif
