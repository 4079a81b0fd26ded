#!/bin/sh
# Installs the packages pinned in $1, and this folder itself, into .venv.
# A virtual environment of an older Python, or one whose Python has gone, is replaced.
set -eu
pins=$1

supported='import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))'

usable() { "$1" -c "$supported" >/dev/null 2>&1; }

find_python() {
    for name in python3.14 python3.13 python3.12 python3.11 python3; do
        # a name alone proves nothing: pyenv leaves shims that only print an error
        usable "$name" && command -v "$name" && return
    done
    return 1
}

# Debian ships Python without its venv module
install_venv() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null &&
        apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
}

if ! usable .venv/bin/python || [ ! -x .venv/bin/pip ]; then
    python=$(find_python || { install_venv && find_python; }) || {
        echo "Python 3.11 to 3.14 with its venv module is needed (Debian: apt install python3-venv)" >&2
        exit 1
    }
    echo "Setting up .venv with $("$python" -V), a minute or so the first time ..."
    "$python" -m venv --clear .venv
fi

pip() { .venv/bin/python -m pip --disable-pip-version-check --no-input --quiet "$@"; }

# The pins are complete, so nothing is left to resolve, and every file is checked by its hash.
# Not compiling ahead halves the time; Python compiles what it imports.
pip install --no-compile --no-deps --require-hashes -r "$pins"
pip install --no-deps --no-index --no-build-isolation -e .
