"""A file of a map service that says WGS 84, known by the rows it would replace."""

import numpy as np

from layers.models import DraftRow, Feature, Version
from layers.reading.crs import SHIFTS

# Nothing but a shift moves most rows of a layer so far, each by its place's measure.
FAR = 100.0  # metres
LOOKED_AT = 50
FEWEST = 5
NEAR = 3e-4  # degrees, some thirty metres
SHARE = 0.8


def suspected(version: Version) -> str:
    """GCJ-02 or BD-09, if undoing it brings a draft's rows back to where they are."""
    changed = version.draft_rows.filter(change=DraftRow.Change.CHANGED)
    far = list(changed.filter(moved__gt=FAR)[:LOOKED_AT])
    if len(far) < FEWEST or 2 * len(far) < min(version.changed, LOOKED_AT):
        return ""
    published = Feature.objects.current().filter(layer=version.layer)
    known = {row.key: row for row in published.filter(key__in=[row.key for row in far])}
    pairs = [
        (row.geometry.centroid.coords, known[row.key].geometry.centroid.coords)
        for row in far
        if row.key in known
    ]
    if len(pairs) < FEWEST:
        return ""
    new, old = (np.array(side) for side in zip(*pairs, strict=True))
    for name, undo in SHIFTS.items():
        back = (np.abs(undo(new) - old) < NEAR).all(axis=1)
        if back.mean() >= SHARE:
            return name
    return ""
