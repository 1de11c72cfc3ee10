#!/usr/bin/env bash
# Writes data/reference/golden/checksums.json anew: Tests/golden.sh PROGRAM
set -eu
program=$(realpath "$1")
cd "$(dirname "$0")/../data/reference/golden"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$program" run recipe.yaml --output "$folder/o" --no-report --quiet
cd "$folder/o"
{
  echo '{'
  sha256sum -- *.* | grep -v manifest | sed -E 's/^([0-9a-f]+)  (.*)$/  "\2": "\1",/' | sed '$ s/,$//'
  echo '}'
} > "$OLDPWD/checksums.json"
