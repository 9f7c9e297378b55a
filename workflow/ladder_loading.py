"""The ladder of a site package, read and written in one format."""

from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.roles import Role
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow import ladder
from workflow.models import LadderStep


def load(path: Path) -> str:
    """All steps as the file says; what it leaves out of a kind is out of use.

    Of kinds that it does not name, and without the file, all stays as it is.
    """
    if not path.exists():
        return "left as it is"
    return load_data(read_json(path), name=path.name)


@transaction.atomic
def load_data(data: Any, *, name: str) -> str:
    """As `load`, of what a file called ``name`` holds. Returns a line for a report.

    Raises BadInput that says what to write instead; then nothing is changed.
    """
    if not isinstance(data, list):
        raise BadInput(f"{name} must be a list of steps.")
    changed = False
    for number, told in enumerate(data, start=1):
        try:
            changed |= _save(told)
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(
                f"{name}: step {number}: {error}. It needs code, title, who, and"
                " either share (per cent) or minutes (after it is due)."
            ) from error
    codes = [told["code"] for told in data]
    kinds = {told.get("kind", "") for told in data}
    rest = LadderStep.objects.in_use().filter(kind__in=kinds)
    for row in rest.exclude(code__in=codes):
        row.in_use, changed = False, True
        row.save()
    if changed:
        ladder.look_at_all()
    return f"{len(data)} steps{'' if changed else ', unchanged'}"


def _save(told: dict[str, Any]) -> bool:
    """Whether that changed anything."""
    row = LadderStep.objects.filter(code=told["code"]).first()
    if row is not None and export_step(row) == _plain(told):
        return False
    row = row or LadderStep(code=told["code"])
    row.titles, row.who = dict(told["title"]), [_who(who) for who in told["who"]]
    row.kind, row.name = told.get("kind", ""), told.get("limit", "")
    row.share, row.minutes = told.get("share"), told.get("minutes")
    row.verb, row.in_use = told.get("verb", ""), told.get("in_use", True)
    check(row)
    row.save()
    return True


def check(row: LadderStep) -> None:
    """Raises ValueError for a step without a point, or that says nothing to anybody."""
    if (row.share is None) == (row.minutes is None):
        raise ValueError("either share or minutes")
    if row.share is not None and not 0 <= row.share <= 1000:
        raise ValueError("share is from 0 to 1000 per cent")
    if row.minutes is not None and abs(row.minutes) > 525_600:
        raise ValueError("minutes are at most a year")
    if not row.who and not row.verb:
        raise ValueError("nobody is told and nothing is done")


def _who(told: dict[str, Any]) -> dict[str, str]:
    if "is" in told:
        return {"is": str(told["is"])}
    who = {"at": str(told["at"])}
    if role := told.get("role"):
        who["role"] = Role(role).value
    return who


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    told = {**told, "who": [_who(who) for who in told["who"]]}
    return {name: value for name, value in told.items() if value not in ("", None)}


def export() -> list[dict[str, Any]]:
    """The ladder as a site package has it."""
    return [export_step(row) for row in LadderStep.objects.in_use()]


def export_step(row: LadderStep) -> dict[str, Any]:
    data = {
        "code": row.code,
        "title": row.titles,
        "kind": row.kind,
        "limit": row.name,
        "share": row.share,
        "minutes": row.minutes,
        "who": row.who,
        "verb": row.verb,
    }
    if not row.in_use:
        data["in_use"] = False
    return {name: value for name, value in data.items() if value not in ("", None)}
