"""Starts the reading process.

pyogrio imports pandas and geopandas where it finds them; the reader needs neither, and
without them it starts four times as fast.
"""

import runpy
import sys

for name in ("pandas", "geopandas"):
    sys.modules[name] = None  # type: ignore[assignment]

runpy.run_module("layers.importers.reader", run_name="__main__")
