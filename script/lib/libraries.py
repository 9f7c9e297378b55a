"""Python packages into .venv, browser libraries into node_modules."""

import os
import re
import shutil
import subprocess
import sys

from script.lib.console import run, step
from script.lib.place import PYTHON, ROOT, VENV, Stamp, digest

REQUIREMENTS = ROOT / "requirements.txt"
CONSTRAINTS = ROOT / "constraints.txt"
NODE_REQUIREMENT = ROOT / "requirements-node.txt"
LOCK = ROOT / "package-lock.json"
OLDEST_NODE = 18


def python_inputs() -> str:
    return digest([REQUIREMENTS, CONSTRAINTS], sys.version_info[:2])


def prepare_python() -> None:
    # A venv names the folder it was made in, so a checkout that moved needs another.
    place = Stamp("venv", f"{sys.version_info[:2]} {VENV}")
    stamp = Stamp("python", python_inputs())
    if place.is_fresh() and stamp.is_fresh() and PYTHON.exists():
        return
    with step("Installing Python packages"):
        if not (place.is_fresh() and PYTHON.exists()):
            run([sys.executable, "-m", "venv", "--clear", VENV])
            place.write()
        _pip("--requirement", str(REQUIREMENTS), "--constraint", str(CONSTRAINTS))
    stamp.write()


def _pip(*arguments: str) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    run([PYTHON, "-m", "pip", "install", *quiet, *arguments], cwd=ROOT)


def prepare_browser_libraries() -> None:
    folder = ROOT / "node_modules"
    stamp = Stamp("browser-libraries", digest([LOCK, ROOT / "package.json"]))
    if stamp.is_fresh() and folder.exists():
        return
    if not _has_node():
        with step("Installing node"):
            _pip("--requirement", str(NODE_REQUIREMENT))
    with step("Installing browser libraries"):
        # The machine's node is found first; the venv's only where there is none.
        path = os.pathsep.join([os.environ.get("PATH", ""), str(VENV / "bin")])
        npm = shutil.which("npm", path=path) or "npm"
        run([npm, "ci", "--no-audit", "--no-fund"], cwd=ROOT, env={"PATH": path})
    stamp.write()


def _has_node() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    answer = subprocess.run(
        ["node", "--version"], capture_output=True, text=True, check=False
    )
    version = re.match(r"v(\d+)\.", answer.stdout)
    return bool(version and int(version[1]) >= OLDEST_NODE)
