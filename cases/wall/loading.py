"""Walls in a site package: wall.json, ``{"walls": {"<unit code>": [scenes]}}``.

The scenes are as ``GET /api/v1/wall/layout/`` answers them. What a command centre
changed since stays, unless the package says otherwise than when it was loaded last.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Unit
from cases.models import WallLayout
from cases.wall.layout import checked
from cases.wall.permissions import WALLED
from govmap.lib.errors import BadInput, DomainError
from govmap.lib.package import read_json
from workflow.package_rows import PackageRows

NAME = "wall.json"


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice. Raises BadInput that names the file and what to correct."""
    path = folder / NAME
    if not path.is_file():
        return
    data = read_json(path)
    walls = data.get("walls") if isinstance(data, dict) else None
    if not isinstance(walls, dict):
        raise BadInput(f"{NAME}: an object with an object “walls” is wanted.")
    known = PackageRows("walls")
    for code, scenes in walls.items():
        if known.is_new(str(code), {"scenes": scenes}):
            _put(str(code), scenes)
    known.keep()
    progress(f"walls: {len(walls)}")


def _put(code: str, scenes: Any) -> None:
    unit = Unit.objects.filter(code=code, kind__in=WALLED).first()
    if unit is None:
        raise BadInput(f"{NAME}: no district and no street has the code {code}.")
    try:
        scenes = checked(scenes)
    except DomainError as error:
        raise BadInput(f"{NAME}, {code}: {error.text}") from error
    row, _made = WallLayout.objects.get_or_create(unit=unit)
    WallLayout.objects.filter(pk=row.pk).update(scenes=scenes, version=F("version") + 1)
