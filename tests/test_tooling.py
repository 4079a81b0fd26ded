"""What sets the project up: pins that are whole, scripts that run, and a map of the folders."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from mapserver.settings import Settings

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PINS = {
    name: (ROOT / name).read_text("utf-8")
    for name in ("constraints.txt", "constraints-run.txt", "constraints-bench.txt")
}
SCAN = "constraints-scan.txt"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# a pin, perhaps for some machines only, and its hashes: there is no room for an address
PIN = re.compile(
    r"[a-z0-9-]+==[a-z0-9.]+(?: ; \(?[a-z_]+ [\w .'()=!<>]+)?"
    r"(?: \\\n +--hash=sha256:[0-9a-f]{64})+\n"
)


def pinned(name: str) -> dict[str, str]:
    """Return the requirements of a constraints file, each with its hashes."""
    logical = PINS[name].replace("\\\n", " ").splitlines()
    lines = [line for line in logical if line.strip() and not line.startswith("#")]
    return {line.split(" --hash")[0].strip(): line for line in lines}


def applying(name: str, python: str) -> list[Requirement]:
    """Return the pins that apply to a version of Python on this machine."""
    here = default_environment() | {"python_version": python, "python_full_version": f"{python}.0"}
    wanted = [Requirement(text) for text in pinned(name)]
    return [one for one in wanted if not one.marker or one.marker.evaluate(here)]


def wanted_by_project(*, dev: bool) -> Iterator[Requirement]:
    """Yield what pyproject.toml names."""
    named = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]]
    if dev:
        extras = PROJECT["project"]["optional-dependencies"]
        named += [*extras["dev"], *extras["oidc"]]
    yield from map(Requirement, named)


@pytest.mark.parametrize("name", PINS)
def test_pins_are_exact_and_hashed_and_name_no_registry(name: str):
    assert len(pinned(name)) > 30
    assert PIN.sub("", PINS[name]) == ""


def test_pins_of_the_scanners_are_exact_and_hashed_too():
    assert PIN.sub("", (ROOT / SCAN).read_text("utf-8")) == ""


@pytest.mark.parametrize("line", ["-i https://a.example", "-f /opt", "a @ x", "a>=1", "# b"])
def test_anything_else_among_the_pins_would_be_seen(line: str):
    assert PIN.sub("", f"{PINS['constraints.txt']}{line}\n") != ""


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", PINS)
def test_every_python_gets_one_version_of_each_dependency(name: str, python: str):
    pins = applying(name, python)
    names = [canonicalize_name(one.name) for one in pins]
    assert sorted(names) == sorted(set(names))
    versions = {canonicalize_name(one.name): next(iter(one.specifier)).version for one in pins}
    for wanted in wanted_by_project(dev=name != "constraints-run.txt"):
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), wanted


def test_pins_are_complete_because_nothing_else_is_installed():
    """`pip install --no-deps` asks nobody what a package needs."""
    pins = applying("constraints.txt", f"{sys.version_info.major}.{sys.version_info.minor}")
    names = {canonicalize_name(one.name) for one in pins}
    for pin in pins:
        for text in distribution(pin.name).requires or ():
            needed = Requirement(text)
            if not needed.marker or needed.marker.evaluate({"extra": ""}):
                assert canonicalize_name(needed.name) in names, f"{pin.name} needs {text}"


def test_runtime_pins_are_those_of_the_tests():
    """A marker may be wider for the tests, version and hashes are the same."""

    def files(name: str) -> dict[str, str]:
        lines = (line.partition(" --hash") for line in pinned(name).values())
        return {what.split(" ; ")[0].strip(): hashes for what, _, hashes in lines}

    assert files("constraints-run.txt").items() <= files("constraints.txt").items()


def test_lock_of_the_page_checks_has_hashes_and_no_download_addresses():
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert packages
    for name, one in packages.items():
        assert "resolved" not in one, name
        assert one["integrity"].startswith("sha512-"), name


def test_lock_holds_the_package_of_every_platform():
    """`npm ci` refuses a lock that lacks one, even if it is for another machine."""
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for name, one in packages.items():
        for needed in one.get("optionalDependencies", ()):
            assert f"node_modules/{needed}" in packages, f"{name} needs {needed}"


def test_page_checks_are_pinned_exactly():
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    assert "dependencies" not in package
    for version in package["devDependencies"].values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_supported_pythons_are_the_same_everywhere():
    named = [text.rpartition(" ")[2] for text in PROJECT["project"]["classifiers"]]
    assert tuple(version for version in named if re.fullmatch(r"3\.\d+", version)) == PYTHONS
    assert PROJECT["project"]["requires-python"] == f">={PYTHONS[0]}"
    setup = (ROOT / "tools/setup.sh").read_text("utf-8")
    for version in PYTHONS:
        assert f"python{version}" in setup


@pytest.mark.parametrize("script", ["tools/setup.sh", "tools/debian.sh", ".ci/run"])
def test_script_is_executable_and_free_of_syntax_errors(script: str):
    path = ROOT / script
    assert os.access(path, os.X_OK)
    shell = path.read_text("utf-8").splitlines()[0].rpartition("/")[2].split()[-1]
    subprocess.run([shell, "-n", path], check=True)


def test_setup_without_a_python_says_in_one_line_what_to_install(tmp_path: Path):
    """The only python3 here is a shim that prints an error, as pyenv leaves them."""
    programs = tmp_path / "bin"
    programs.mkdir()
    shim = programs / "python3"
    shim.write_text("#!/bin/sh\necho 'no such version' >&2\nexit 127\n")
    shim.chmod(0o755)
    (programs / "id").symlink_to("/usr/bin/id")
    done = subprocess.run(
        ["/bin/sh", ROOT / "tools/setup.sh", "constraints.txt"],
        cwd=tmp_path,
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "Python 3.11 to 3.14" in line
    assert "apt install python3-venv" in line


def test_continuous_integration_runs_the_readme_command_and_the_checks():
    script = (ROOT / ".ci/run").read_text("utf-8")
    assert re.findall(r"^make (\w+)", script, re.MULTILINE) == ["check", "test"]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_make_command_in_the_docs_exists(name: str):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", commands_in(name))) <= targets


def commands_in(name: str) -> str:
    """Return what a document sets in code: between fences or single backquotes."""
    text = (ROOT / name).read_text("utf-8")
    return "\n".join(
        a or b for a, b in re.findall(r"```\w*\n(.*?)```|`([^`\n]+)`", text, re.DOTALL)
    )


def folder_map() -> set[str]:
    """Return the paths in the folder map of docs/architecture.md.

    The map is the first fenced block with a line `mapserver/`: one path a line, its depth
    shown by two spaces each, then at least two spaces and what it is for.
    """
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    (block, *_) = [block for block in blocks if re.search(r"^mapserver/", block, re.MULTILINE)]
    paths: list[str] = []
    above: list[str] = []
    for line in filter(str.strip, block.splitlines()):
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        above = [*above[:depth], name]
        paths.append("".join(above))
    return set(paths)


def test_everything_in_the_folder_map_exists():
    missing = [path for path in folder_map() if not (ROOT / path).exists()]
    assert missing == []


def test_every_folder_and_module_of_the_package_is_in_the_folder_map():
    package = ROOT / "mapserver"
    modules = [path for path in package.rglob("*.py") if path.name != "__init__.py"]
    folders = {f"{path.parent.relative_to(ROOT)}/" for path in modules}
    top = {str(path.relative_to(ROOT)) for path in modules if path.parent == package}
    assert (folders | top) - folder_map() == set()


def test_every_setting_is_in_the_table_of_the_readme_and_no_other():
    rows = re.findall(r"^\| (`MAPSERVER_[^|]+)\|", (ROOT / "README.md").read_text("utf-8"), re.M)
    told = [name.lower() for row in rows for name in re.findall(r"`MAPSERVER_(\w+)`", row)]
    assert sorted(told) == sorted(Settings.model_fields)
