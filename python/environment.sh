#!/bin/sh
# Makes a virtual environment with an extra of pyproject.toml: environment.sh FOLDER EXTRA. With --check it
# says whether there is a Python that can make any; where not, a line tells why.
set -eu
python=${PYTHON:-python3}
here=$(cd "$(dirname "$0")" && pwd)

if ! "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))' 2> /dev/null; then
  echo "make: no $python from 3.9 on with venv (Debian: python3-venv): the tests of the Python package are SKIPPED" >&2
  exit 1
fi
[ "$1" = --check ] && exit 0

folder=$1
"$python" -m venv "$folder"
# The names of the extra, as pip takes them.
names=$("$folder/bin/python" - "$here" "$2" << 'END'
import sys
sys.path.insert(0, sys.argv[1])
from build import project
print("\n".join(project()["optional-dependencies"][sys.argv[2]] + project()["dependencies"]))
END
)
echo "$names" > "$folder/names.txt"
if ! "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$folder/names.txt"; then
  echo "make: pip cannot install $(echo "$names" | tr '\n' ' ')(is PyPI out of reach?)" >&2
  exit 69
fi
