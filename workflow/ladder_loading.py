"""The ladder of a site package, read and written in one format."""

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow import ladder
from workflow.models import LadderStep
from workflow.package_rows import PackageRows, changed_by_hand


def load(path: Path) -> str:
    """The steps that the package says otherwise than when it was loaded last.

    What an administrator changed since stays; a step that the package no longer names
    goes out of use. Without the file all stays as it is.
    """
    if not path.exists():
        return "left as it is"
    return load_package(read_json(path), name=path.name, source="site")


@transaction.atomic
def load_package(data: Any, *, name: str, source: str) -> str:
    """As `load`, of the steps that one ``source`` of packages brings.

    Raises BadInput that says what to write instead; then nothing is changed.
    """
    by_hand = changed_by_hand(LadderStep)
    steps = LadderStep.objects.values_list("pk", "code")
    known = PackageRows(
        f"ladder:{source}", by_hand=[code for pk, code in steps if str(pk) in by_hand]
    )
    fresh = [told for told in _list(data, name) if known.is_new(_code(told), told)]
    changed = _save_all(fresh, name)
    for row in LadderStep.objects.in_use().filter(code__in=known.gone):
        row.in_use, changed = False, True
        row.save()
    known.keep()
    if changed:
        ladder.look_at_all()
    return f"{len(data)} steps{'' if changed else ', unchanged'}"


def _list(data: Any, name: str) -> list[Any]:
    if not isinstance(data, list):
        raise BadInput(f"{name} must be a list of steps.")
    return data


def _code(told: Any) -> str:
    return str(told.get("code", "")) if isinstance(told, dict) else ""


def _save_all(steps: list[Any], name: str) -> bool:
    changed = False
    for number, told in enumerate(steps, start=1):
        try:
            changed |= _save(told)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadInput(
                f"{name}: step {number}: {error}. It needs code, title, who, and"
                " either share (per cent) or minutes (after it is due)."
            ) from error
    return changed


@transaction.atomic
def load_data(data: Any, *, name: str) -> str:
    """All steps as a file called ``name`` says; what it leaves out of a kind is out of
    use, and of kinds that it does not name all stays as it is.

    Raises BadInput that says what to write instead; then nothing is changed. Returns a
    line for a report.
    """
    changed = _save_all(_list(data, name), name)
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
    if not row.in_use:
        row.begins_at = timezone.now()  # what it missed is not made up for
    row.titles, row.who = dict(told["title"]), [_who(who) for who in told["who"]]
    row.kind, row.name = told.get("kind", ""), told.get("limit", "")
    row.share, row.minutes = told.get("share"), told.get("minutes")
    row.verb, row.evidence = _verb(told), dict(told.get("with", {}))
    row.in_use = told.get("in_use", True)
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


def _verb(told: dict[str, Any]) -> str:
    """The move that the system does; older packages call it ``verb``."""
    return str(told.get("do") or told.get("verb") or "")


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    told = {**told, "who": [_who(who) for who in told["who"]], "do": _verb(told)}
    told.pop("verb", None)
    return {name: value for name, value in told.items() if value not in ("", None, {})}


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
        "do": row.verb,
        "with": row.evidence,
    }
    if not row.in_use:
        data["in_use"] = False
    return {name: value for name, value in data.items() if value not in ("", None, {})}
