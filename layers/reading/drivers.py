"""Prints the GDAL drivers that the reading process must not have."""

import pyogrio

from layers.reading.sniffing import DRIVERS

if __name__ == "__main__":
    print(",".join(sorted(set(pyogrio.list_drivers()) - set(DRIVERS))))
