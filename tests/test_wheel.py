"""The wheel is the whole program: installed alone, it serves the map from any folder.

Its environment is empty but for the packages that the wheel itself says it needs, and what
those need. They are lent by the environment of the tests, so that nothing is downloaded.
"""

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PathDistribution, distribution
from pathlib import Path
from sysconfig import get_path
from urllib.request import urlopen

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.server import running_server

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Installed:
    """A virtual environment that holds the wheel."""

    home: Path

    @property
    def python(self) -> str:
        """Return its interpreter."""
        return str(self.home / "bin/python")

    def run(self, *command: str, folder: Path) -> str:
        """Run one of its commands in `folder` and return what it printed."""
        name, *rest = command
        done = subprocess.run(
            [self.home / "bin" / name, *rest],
            cwd=folder,
            env=bare_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


def bare_environment() -> dict[str, str]:
    """Return our environment without anything that would lead Python or pip back to us."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON"))}
    return ours | {"PIP_CONFIG_FILE": os.devnull}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*command, folder], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=True)
    lend(needs(wheel), Path(get_path("purelib", "venv", {"base": str(home)})))
    # without --no-deps: pip itself sees that nothing the wheel asks for is missing
    pip = [sys.executable, "-m", "pip", "--python", home / "bin/python", "--isolated"]
    subprocess.run(
        [*pip, "install", "--quiet", "--no-index", "--disable-pip-version-check", wheel],
        env=bare_environment(),
        check=True,
    )
    return Installed(home)


def needs(wheel: Path) -> dict[str, PathDistribution]:
    """Return every distribution the wheel needs, directly or through another, by name."""
    (metadata,) = (p for p in zipfile.Path(wheel).iterdir() if p.name.endswith(".dist-info"))
    open_ends = list(required_by(PathDistribution(metadata), set()))
    found: dict[str, PathDistribution] = {}
    seen: set[str] = set()
    while open_ends:
        wanted = open_ends.pop()
        if str(wanted) in seen:
            continue
        seen.add(str(wanted))
        one = distribution(wanted.name)
        assert isinstance(one, PathDistribution)
        found[canonicalize_name(wanted.name)] = one
        open_ends += required_by(one, wanted.extras)
    return found


def required_by(one: PathDistribution, extras: set[str]) -> Iterator[Requirement]:
    """Yield what a distribution requires on this machine, with the given extras."""
    for text in one.requires or ():
        wanted = Requirement(text)
        if not wanted.marker or any(wanted.marker.evaluate({"extra": e}) for e in ("", *extras)):
            yield wanted


def lend(distributions: dict[str, PathDistribution], target: Path) -> None:
    """Link the files of each distribution into the packages folder `target`."""
    for one in distributions.values():
        for name in {path.parts[0] for path in one.files or ()} - {"..", "__pycache__"}:
            (target / name).symlink_to(Path(str(one.locate_file(name))))


def test_wheel_carries_every_layer_and_every_file_of_the_page(wheel: Path):
    carried = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("layers", "static"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        assert files
        wanted = {f"mapserver/_share/{path.relative_to(ROOT)}" for path in files}
        assert wanted <= carried


def test_wheel_carries_nothing_but_the_package(wheel: Path):
    tops = {name.split("/", maxsplit=1)[0] for name in zipfile.ZipFile(wheel).namelist()}
    (metadata,) = tops - {"mapserver"}
    assert metadata.endswith(".dist-info")


def test_environment_of_the_wheel_is_empty_but_for_what_it_asks_for(
    installed: Installed, tmp_path: Path
):
    for name in ("pytest", "playwright", "openpyxl"):
        script = f"import importlib.util; print(importlib.util.find_spec({name!r}))"
        assert installed.run("python", "-c", script, folder=tmp_path) == "None\n"


def test_installed_wheel_checks_its_layers_from_any_folder(installed: Installed, tmp_path: Path):
    installed.run("mapserver", "check-layers", folder=tmp_path)


def test_installed_wheel_serves_the_demo_from_any_folder(
    installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PYTHONPATH", "XDG_DATA_HOME", "MAPSERVER_DATA"):
        monkeypatch.delenv(name, raising=False)
    log = tmp_path / "server.log"
    with running_server(["demo"], log, python=installed.python, seconds=600) as server:
        page = urlopen(f"{server.url}/").read().decode()
    assert "<!doctype html>" in page.lower()
    assert str(ROOT) not in log.read_text("utf-8")
