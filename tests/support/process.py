"""Child processes that end with the tests, whatever ends the tests."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import IO


def spawn(
    command: Sequence[str | Path],
    *,
    output: IO[bytes],
    stop_by: signal.Signals = signal.SIGTERM,
    user: pwd.struct_passwd | None = None,
    env: dict[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command`, all it prints going to `output`.

    It gets a session of its own, so that Ctrl-C reaches the tests alone, and the kernel
    sends it `stop_by` when the tests die without having stopped it.
    """
    return subprocess.Popen(
        [*_leash(stop_by, user), *map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env=os.environ | (env or {}),
    )


def run_as(user: pwd.struct_passwd | None, command: Sequence[str | Path]) -> str:
    """Run `command` to its end as `user` (None: as we are) and return what it printed."""
    done = subprocess.run(
        [*_leash(signal.SIGKILL, user), *map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def _leash(stop_by: signal.Signals, user: pwd.struct_passwd | None) -> list[str]:
    """Return the words before a command that tie its life to ours and give it its user."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if user is not None:
            raise RuntimeError("running a command as another user needs setpriv (util-linux)")
        return []
    change = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups"] if user else []
    return [setpriv, *change, f"--pdeathsig={stop_by.name.removeprefix('SIG')}", "--"]


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, *, seconds: float = 60
) -> None:
    """Return as soon as `ready()`; raise with the log if the process ends or time runs out."""
    deadline = monotonic() + seconds
    while not ready():
        ended = process.poll() is not None
        if ended or monotonic() > deadline:
            stop(process)
            why = f"ended with {process.returncode}" if ended else f"not ready in {seconds:.0f} s"
            raise RuntimeError(f"{why}; it printed:\n{log.read_text('utf-8', 'replace')}")
        sleep(0.02)


def stop(
    process: subprocess.Popen[bytes], by: signal.Signals = signal.SIGTERM, *, seconds: float = 10
) -> int:
    """Ask the process to stop, insist after `seconds`, and return how it ended."""
    if process.poll() is None:
        process.send_signal(by)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()
