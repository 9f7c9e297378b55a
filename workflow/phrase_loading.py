"""The phrases of a site package, read and written in one format."""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Unit
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow.models import Phase, Phrase
from workflow.models.phrase import TEXT_MAX

# As a file names them, and as a row does.
PLAIN = ("code", "text", "kind", "verb", "phase", "order")


def load(path: Path) -> str:
    """The phrases of the file; without it, all stays as it is."""
    if not path.exists():
        return "left as it is"
    return load_data(read_json(path), name=path.name)


@transaction.atomic
def load_data(data: Any, *, name: str, anew: bool = False) -> str:
    """Take over what a file called ``name`` holds. Returns a line for a report.

    What was changed here since the file last said the same stays, but for ``anew``;
    what the file leaves out stays too. Raises BadInput; then nothing is changed.
    """
    if not isinstance(data, list):
        raise BadInput(f"{name} must be a list of phrases.")
    units = {unit.code: unit for unit in Unit.objects.all()}
    known = {row.code: row for row in Phrase.objects.all()}
    changed = 0
    for number, told in enumerate(data, start=1):
        try:
            row = known.get(told["code"]) or Phrase(code=str(told["code"])[:40])
            changed += _save(row, told, units, anew=anew)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadInput(
                f"{name}: phrase {number}: {error}. It needs code and text; unit, kind,"
                " verb, phase and order may be left out."
            ) from error
        known[row.code] = row
    return f"{len(data)} phrases, {changed} new or changed"


def _save(
    row: Phrase, told: dict[str, Any], units: dict[str, Unit], *, anew: bool
) -> bool:
    """Whether that changed anything."""
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if row.told == digest and not anew:
        return False
    before = export_row(row) if row.pk else None
    _fill(row, told, units)
    row.told = digest
    if before == export_row(row) and Phrase.objects.filter(pk=row.pk, told=digest):
        return False
    row.save()
    return before != export_row(row)


def _fill(row: Phrase, told: dict[str, Any], units: dict[str, Unit]) -> None:
    """Raises KeyError, TypeError or ValueError for what is no phrase."""
    row.text = str(told["text"]).strip()
    row.kind, row.verb = str(told.get("kind", "")), str(told.get("verb", ""))
    row.phase, row.order = str(told.get("phase", "")), int(told.get("order", 0))
    code = told.get("unit", "")
    if code and code not in units:
        raise ValueError(f"no unit has the code {code}")
    row.unit = units[code] if code else None
    if not row.text or len(row.text) > TEXT_MAX:
        raise ValueError(f"the text has 1 to {TEXT_MAX} characters")
    if row.phase and row.phase not in Phase.values:
        raise ValueError(f"phase is one of {', '.join(Phase.values)}")
    if not 0 <= row.order <= 9999:
        raise ValueError("order is from 0 to 9999")
    if len(row.kind) > 20 or len(row.verb) > 40:
        raise ValueError("kind or verb is none of a process")
    retired = bool(told.get("retired", False))
    if retired != bool(row.retired_at):
        row.retired_at = timezone.localdate() if retired else None


def export() -> list[dict[str, Any]]:
    """All of them as a site package has them, those out of use too."""
    return [export_row(row) for row in Phrase.objects.select_related("unit")]


def export_row(row: Phrase) -> dict[str, Any]:
    data = {name: getattr(row, name) for name in PLAIN}
    data["unit"] = row.unit.code if row.unit else ""
    data["retired"] = bool(row.retired_at)
    return {name: value for name, value in data.items() if value not in ("", 0, False)}
