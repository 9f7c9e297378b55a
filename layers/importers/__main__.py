"""Starts the reading process.

pyogrio and Arrow import pandas and geopandas where they find them; the reader needs
neither, and without them it starts four times as fast.
"""

import runpy
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any


class NotThere(MetaPathFinder):
    """Says of some packages that they are not installed."""

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        if name in {"pandas", "geopandas"}:
            raise ModuleNotFoundError(name)
        return None


sys.meta_path.insert(0, NotThere())
runpy.run_module("layers.importers.reader", run_name="__main__")
