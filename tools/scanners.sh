#!/bin/sh
# Installs the packages pinned in $1 into .venv/scan, apart from everything else.
set -eu
pins=$1

[ -x .venv/scan/bin/pip ] || .venv/bin/python -m venv .venv/scan
.venv/scan/bin/python -m pip --disable-pip-version-check --no-input --quiet \
    install --no-compile --no-deps --require-hashes -r "$pins"
