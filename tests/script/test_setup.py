"""script/setup: what it skips, what it asks for, what it leaves."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from script.lib import cluster, packages, place
from script.lib.console import Stop
from script.lib.packages import Need

ROOT = Path(__file__).parents[2]
MISSING = Need("a thing", ("thing-1", "thing-2"), lambda: False)
ONLY_TESTED = Need("a browser", ("browser",), lambda: False, only_for_tests=True)


@pytest.fixture
def not_root(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return monkeypatch


def test_a_changed_file_makes_its_step_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "VAR", tmp_path)
    monkeypatch.setattr(place, "ROOT", tmp_path)
    source = tmp_path / "requirements.txt"
    source.write_text("one")
    place.Stamp("step", place.digest([source])).write()
    assert place.Stamp("step", place.digest([source])).is_fresh()
    source.write_text("two")
    assert not place.Stamp("step", place.digest([source])).is_fresh()


def test_without_root_the_packages_are_named(not_root: pytest.MonkeyPatch) -> None:
    not_root.setattr(packages, "needs", lambda: [MISSING])
    with pytest.raises(Stop, match="apt-get install thing-1 thing-2"):
        packages.prepare(for_tests=False)


def test_what_only_tests_need_does_not_keep_from_serving(
    not_root: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    not_root.setattr(packages, "needs", lambda: [ONLY_TESTED])
    packages.prepare(for_tests=False)
    assert "apt-get install browser" in capsys.readouterr().out
    with pytest.raises(Stop):
        packages.prepare(for_tests=True)


def test_another_database_needs_no_server_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/govmap")
    wanted = {package for need in packages.needs() for package in need.packages}
    assert not any(package.startswith("postgresql") for package in wanted)


def test_the_socket_path_is_short_wherever_the_checkout_lies(tmp_path: Path) -> None:
    deep = tmp_path / "/".join(["a-rather-long-name"] * 8)
    program = "from script.lib.cluster import SOCKETS; print(SOCKETS / '.s.PGSQL.5432')"
    path = subprocess.check_output(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "GOVMAP_VAR": str(deep)},
    )
    assert len(path) < 100


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's home shuts postgres out")
def test_a_folder_in_a_closed_home_cannot_be_entered() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as home:
        var = Path(home, "var")
        var.mkdir(mode=0o755)
        assert not cluster._can_be_entered(var)
        Path(home).chmod(0o711)
        assert cluster._can_be_entered(var)


def test_a_secret_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    place.write_secret(tmp_path / "secret", "text")
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_every_package_is_pinned_and_has_its_reason() -> None:
    text = (ROOT / "requirements.txt").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not re.match(r"\S+==\S+  # \w", line)] == []


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
