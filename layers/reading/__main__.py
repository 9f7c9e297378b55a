"""Starts the reading process.

pyogrio and Arrow import pandas and geopandas where they find them; the reader needs
neither, and without them it starts four times as fast.
"""

import runpy
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

from layers.reading.sealing import seal


class NotThere(MetaPathFinder):
    """Says of some packages that they are not installed."""

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        if name in {"pandas", "geopandas"}:
            raise ModuleNotFoundError(name)
        return None


if not seal():
    sys.stderr.write("This machine has no filter of system calls.\n")
sys.meta_path.insert(0, NotThere())
runpy.run_module("layers.reading.reader", run_name="__main__")
