"""OGC API Features over the published layers, for QGIS and other programs."""
