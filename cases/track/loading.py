"""track.json of a site package: whether the site keeps tracks, in and out again.

``{"is_on", "reason", "owner" (sign-in name), "days", "every", "metres"}``. What an
administrator changed since stays, unless the package says something else.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from cases.models import TrackSettings
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow.package_rows import PackageRows

NAME = "track.json"
NUMBERS = ("days", "every", "metres")


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice. Raises BadInput that names the file and what to correct."""
    path = folder / NAME
    if not path.is_file():
        return
    data = read_json(path)
    known = PackageRows("track")
    if known.is_new("site", data):
        put(data)
    known.keep()
    progress(f"tracks: {'on' if TrackSettings.current().is_on else 'off'}")


def put(data: Any) -> None:
    """Write what the file says. Raises BadInput; then nothing is changed."""
    if not isinstance(data, dict):
        raise BadInput(f"{NAME}: an object is wanted.")
    row = TrackSettings.current()
    row.is_on = data.get("is_on", row.is_on) is True
    row.reason = str(data.get("reason", row.reason))[:300]
    for name in NUMBERS:
        setattr(row, name, data.get(name, getattr(row, name)))
    if owner := data.get("owner"):
        row.owner = User.objects.filter(username=str(owner)).first()
    try:
        with transaction.atomic():
            row.full_clean()
            row.save()
    except (IntegrityError, ValidationError, ValueError, TypeError) as error:
        raise BadInput(
            f"{NAME}: tracks that are on say reason and owner (a sign-in name); days is"
            " 1 to 90, every 30 to 600 (seconds), metres 20 to 500."
        ) from error


def dump() -> dict[str, Any]:
    """As `put` takes it."""
    row = TrackSettings.current()
    said: dict[str, Any] = {name: getattr(row, name) for name in NUMBERS}
    owner = row.owner.username if row.owner else ""
    return {"is_on": row.is_on, "reason": row.reason, "owner": owner, **said}


def dumped() -> str:
    return json.dumps(dump(), ensure_ascii=False, indent=1)
