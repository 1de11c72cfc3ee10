"""The command line: the program itself, which comes with the package."""

from __future__ import annotations

import os
import sys


def path() -> str:
    """Where the program is."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", "mesogen")


def main() -> None:
    """Becomes the program."""
    try:
        os.execv(path(), ["mesogen", *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"mesogen: {path()}: {error.strerror}")
