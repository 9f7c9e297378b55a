"""What the machine must have, and how Debian calls it."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

from script.lib import cluster
from script.lib.console import Stop, run, say, step
from script.lib.place import PYTHON

FONTS = Path("/usr/share/fonts")
CREATE_CLUSTER = Path("/etc/postgresql-common/createcluster.d/govmap.conf")


@dataclass(frozen=True)
class Need:
    what: str
    packages: tuple[str, ...]
    is_met: Callable[[], bool]
    only_for_tests: bool = False


def _has_shared_library(name: str) -> bool:
    folders = ("/usr/lib", "/usr/lib64", "/usr/local/lib")
    return any(
        any(Path(folder).glob(pattern))
        for folder in folders
        for pattern in (f"{name}.so*", f"*-linux-gnu/{name}.so*")
    )


def _can_make_venv() -> bool:
    return PYTHON.exists() or find_spec("ensurepip") is not None


def _has_chinese_font() -> bool:
    if any(FONTS.rglob("*CJK*")):
        return True
    return bool(shutil.which("fc-list") and run(["fc-list", ":lang=zh-cn"]).strip())


def _has_database_server() -> bool:
    return cluster.bin_dir() is not None and cluster.has_postgis()


def needs() -> list[Need]:
    """Everything, the database server only when no DATABASE_URL names another."""
    server = Need(
        "PostgreSQL 15 with PostGIS 3",
        ("postgresql-15", "postgresql-15-postgis-3"),
        _has_database_server,
    )
    return [
        Need("Python's venv", ("python3-venv",), _can_make_venv),
        *([server] if cluster.is_wanted() else []),
        Need(
            "GDAL, GEOS and PROJ",
            ("gdal-bin", "libgeos-c1v5"),
            lambda: _has_shared_library("libgdal") and _has_shared_library("libgeos_c"),
        ),
        Need("gettext", ("gettext",), lambda: bool(shutil.which("msgfmt"))),
        Need(
            "Chromium",
            ("chromium",),
            lambda: Path("/usr/bin/chromium").exists(),
            only_for_tests=True,
        ),
        Need(
            "Pango, which sets the reports",
            ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
            lambda: _has_shared_library("libpangoft2-1.0"),
            only_for_tests=True,
        ),
        Need(
            "MapServer, a real WMS",
            ("cgi-mapserver",),
            lambda: Path("/usr/lib/cgi-bin/mapserv").exists(),
            only_for_tests=True,
        ),
        Need("a Chinese font", ("fonts-noto-cjk",), _has_chinese_font, True),
    ]


def prepare(*, for_tests: bool) -> None:
    """Install what is missing, or name it when that is for somebody else to do.

    Raises Stop when something is missing and cannot be installed here; what only the
    tests need is then no obstacle to serving.
    """
    missing = [need for need in needs() if not need.is_met()]
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install(missing)
        return
    message = _explain(missing)
    if for_tests or any(not need.only_for_tests for need in missing):
        raise Stop(message)
    say(message)


def _explain(missing: list[Need]) -> str:
    packages = " ".join(package for need in missing for package in need.packages)
    return (
        f"Not installed: {', '.join(need.what for need in missing)}.\n"
        f"On Debian 12, root installs them with: apt-get install {packages}\n"
        "On another system, install what its packages call these."
    )


def _install(missing: list[Need]) -> None:
    packages = [package for need in missing for package in need.packages]
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    if not Path("/usr/share/postgresql-common").exists():
        # Else the package makes and starts a cluster of its own, on port 5432.
        CREATE_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
        CREATE_CLUSTER.write_text("create_main_cluster = false\n")
    with step("Installing " + ", ".join(need.what for need in missing)):
        run(["apt-get", "update", "--quiet"], env=environment)
        quiet = ["--yes", "--quiet", "--no-install-recommends"]
        run(["apt-get", "install", *quiet, *packages], env=environment)
    invalidate_caches()
    still = [need for need in needs() if not need.is_met()]
    if still:
        raise Stop(_explain(still))
