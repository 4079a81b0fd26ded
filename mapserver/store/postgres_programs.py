"""`pg_dump` and `pg_restore`: PostgreSQL's own programs, fed through pipes.

A dump goes from one to the next without ever lying on a disk in clear. The password is
handed over in the environment, where other users of the machine do not see it.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import IO

from sqlalchemy import make_url

from mapserver.errors import BackupError

_CHUNK = 4 * 2**20


def dump(place: str, snapshot: str, settings: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the database at `place`, as `snapshot` sees it, in pg_dump's custom format.

    Parameters
    ----------
    place : str
        The database's address.
    snapshot : str
        The name of one that a transaction has exported and still holds.
    settings : mapping of str to str
        What the session is told, so that policies of rows let it see all of them.

    Raises
    ------
    BackupError
        If pg_dump is missing or fails; the last lines it wrote are in the text.
    """
    options = [
        "--format=custom",
        "--compress=0",
        f"--snapshot={snapshot}",
        # an owner is held by the policies too; who copies checks the count of the rows
        "--enable-row-security",
        # PostGIS brings it, and an owner who is no superuser may not fill it
        "--exclude-table-data=spatial_ref_sys",
        "--lock-wait-timeout=60s",
    ]
    with (
        tempfile.TemporaryFile() as said,
        _started("pg_dump", place, options, said, settings) as process,
    ):
        assert process.stdout is not None
        try:
            while chunk := process.stdout.read(_CHUNK):
                yield chunk
        except BaseException:
            process.kill()
            raise
        process.wait()
        _refuse_failure(process, "pg_dump", said)


def restore(place: str, chunks: Iterable[bytes]) -> None:
    """Put a dump into the empty database at `place`, whole or not at all.

    Raises
    ------
    BackupError
        If pg_restore is missing or fails; then the database is as empty as before.
    """
    options = [
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
    ]
    with tempfile.TemporaryFile() as said, _started("pg_restore", place, options, said) as process:
        assert process.stdin is not None
        try:
            for chunk in chunks:
                process.stdin.write(chunk)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended, and says why
        except BaseException:
            # what came so far must not be committed
            process.kill()
            raise
        process.wait()
        _refuse_failure(process, "pg_restore", said)


def _started(
    program: str,
    place: str,
    options: list[str],
    said: IO[bytes],
    settings: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.Popen[bytes]:
    path = shutil.which(program)
    if path is None:
        raise BackupError(
            f"找不到 {program}。装上 PostgreSQL 的客户端程序"
            "（Debian：apt install postgresql-client）。",
            f"{program} is missing. Install PostgreSQL's client programs "
            "(Debian: apt install postgresql-client).",
        )
    url = make_url(place).set(drivername="postgresql")
    # `URL.set` takes None for "leave it"
    address = url._replace(password=None).render_as_string(hide_password=False)
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    told = " ".join(f"-c {name}={value}" for name, value in settings.items())
    writes = program == "pg_restore"
    return subprocess.Popen(  # noqa: S603  (a program of that name, no shell)
        [path, *options, f"--dbname={address}"],
        stdin=subprocess.PIPE if writes else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if writes else subprocess.PIPE,
        stderr=said,
        env={**os.environ, **secret, "PGOPTIONS": told, "LC_MESSAGES": "C"},
    )


def _refuse_failure(process: subprocess.Popen[bytes], program: str, said: IO[bytes]) -> None:
    if process.returncode == 0:
        return
    said.seek(0)
    # the first line says what is wrong; further ones may quote rows
    line = said.readline().decode("utf-8", "replace").strip()[:300]
    raise BackupError(f"{program} 没有做成：{line}", f"{program} failed: {line}")
