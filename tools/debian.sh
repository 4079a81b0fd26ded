#!/bin/sh
# Makes sure that what the tests need beside Python is there: on Debian and as root it is
# installed, else one line says what to install.
set -eu

# PostgreSQL 15 or later
has_postgis() {
    for programs in /usr/lib/postgresql/1[5-9]/bin /usr/lib/postgresql/[2-9][0-9]/bin; do
        version=$(basename "$(dirname "$programs")")
        [ -x "$programs/initdb" ] &&
            [ -e "/usr/share/postgresql/$version/extension/postgis.control" ] && return
    done
    return 1
}

# each Debian release carries one major version of PostgreSQL: 12 has 15, 13 has 17
postgis_package() {
    found=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' 2>/dev/null |
        cut -d' ' -f1 | sort -V | tail -n 1)
    echo "${found:-postgresql-15-postgis-3}"
}

has_chinese_font() { fc-list :lang=zh-cn 2>/dev/null | grep -q .; }

missing() {
    [ -x /usr/bin/chromium ] || echo chromium
    has_chinese_font || echo fonts-noto-cjk
    has_postgis || postgis_package
    [ -e /usr/lib/python3/dist-packages/osgeo_utils/samples/validate_gpkg.py ] || echo python3-gdal
}

packages=$(missing)
[ -n "$packages" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    packages=$(missing) # names are known only now
    # shellcheck disable=SC2086 # one argument a package
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
    packages=$(missing)
fi
[ -z "$packages" ] || {
    echo "The tests also need, as Debian names them: apt install $(echo "$packages" | tr '\n' ' ')" >&2
    exit 1
}
