"""A process that is killed in mid commit leaves the town as it was."""

import subprocess
import sys
from pathlib import Path

from tests.services.registers import register
from tests.services.small_town import id_of, open_town

MAN = {"name": "陈新来", "id_number": id_of("19900503", 1), "address": "新屋村8组77号"}

DIES = """
import os, signal, sys
from pathlib import Path
from mapserver.services.imports import commit
from tests.services.small_town import open_town

write = commit.writing.add

def die(session, layer, records, batch=None):
    write(session, layer, records, batch)
    if layer == "person":
        # everything is written, nothing committed
        print("dying", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

commit.writing.add = die
town = open_town(sys.argv[1])
town.take(Path(sys.argv[2]).read_bytes())
"""


def test_nothing_is_half_written(town, tmp_path):
    before, sequence = town.content(), town.sequence
    town.store.close()
    file = tmp_path / "户口.xlsx"
    file.write_bytes(register(MAN))
    done = subprocess.run(
        [sys.executable, "-c", DIES, str(tmp_path / "data"), str(file)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (-9, "dying"), done.stderr
    again = open_town(str(tmp_path / "data"))
    assert (again.content(), again.sequence) == (before, sequence)
    assert again.verify() == sequence
    job = again.take(file.read_bytes())
    assert job.summary["counts"]["added"] == 1
    again.store.close()
