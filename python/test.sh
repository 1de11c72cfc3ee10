#!/bin/sh
# Installs a wheel into a fresh virtual environment and tests it with pytest: test.sh WHEEL [OPTIONS OF PYTEST].
# Where pip cannot get what the tests need (no network), a line says that they are skipped. --none: no tests.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
wheel=$(realpath "$1")
shift
environment=$(dirname "$here")/.build-python/test
rm -rf "$environment"
status=0
"$here/environment.sh" "$environment" test || status=$?
if [ "$status" = 69 ]; then
  echo "make: the tests of the Python package are SKIPPED" >&2
  exit 0
fi
[ "$status" = 0 ] || exit "$status"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps "$wheel"
[ "${1:-}" = --none ] && exit 0
# Away from the sources, so that the installed package is the one that is imported; and without what this
# machine has besides.
cd "$here/tests"
env -u LD_LIBRARY_PATH -u PYTHONPATH PYTHONDONTWRITEBYTECODE=1 "$environment/bin/python" -m pytest -q -p no:cacheprovider "$@"
