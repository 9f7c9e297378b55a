"""Whistles in a site package: whistles.json, in and out again.

``{"occasions": [{"code", "title", "minutes", "sign_minutes", "at_once", "basis",
"retired"}]}``. A site that brings none gets the four of the usual file; so it is with
the steps of the ladder for called units. What is changed on the pages stays.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from cases.models import WhistleCall, WhistleOccasion
from cases.models.whistle import LONGEST
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow import ladder_loading
from workflow.loading import load_usual_processes
from workflow.models import LadderStep
from workflow.package_rows import PackageRows

NAME = "whistles.json"
USUAL = Path(__file__).with_name("usual.json")
PROCESSES = Path(__file__).parent / "processes"


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice. Raises BadInput that names the file and what to correct."""
    for line in load_usual_processes(PROCESSES):
        progress(line)
    usual = read_json(USUAL)
    path = folder / NAME
    if path.is_file():
        _load_occasions(read_json(path))
    if not WhistleOccasion.objects.exists():
        put(usual, where=USUAL.name)
    progress(f"whistles: occasions: {WhistleOccasion.objects.count()}")
    line = ladder_loading.load_package(
        _usual_steps(usual["ladder"]), name=USUAL.name, source="whistles"
    )
    progress(f"whistles: steps of the ladder: {line}")


def _usual_steps(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The usual steps, unless the site has some of its own for called units."""
    codes = {step["code"] for step in steps}
    rows = LadderStep.objects.filter(kind=WhistleCall.KIND)
    return [] if rows.exclude(code__in=codes).exists() else steps


def _load_occasions(data: Any) -> None:
    """Those of which the package says otherwise than when it was loaded last."""
    known = PackageRows("whistle occasions")
    if isinstance(data, dict) and isinstance(data.get("occasions"), list):
        rows = data["occasions"]
        fresh = [
            row
            for order, row in enumerate(rows)
            if known.is_new(
                str(row.get("code") if isinstance(row, dict) else order), row
            )
        ]
        data = {**data, "occasions": fresh}
    put(data, where=NAME)
    known.keep()


def put(data: Any, *, where: str) -> int:
    """Write these occasions over those of the same code; the others stay.

    Returns how many. Raises BadInput; then nothing is changed.
    """
    rows = data.get("occasions") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise BadInput(f'{where}: it must be an object with a list "occasions".')
    with transaction.atomic():
        for order, row in enumerate(rows, start=1):
            try:
                _put(row, order)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise BadInput(
                    f"{where}: occasion {order}: {error}. It needs code, title,"
                    " minutes and sign_minutes."
                ) from error
    return len(rows)


def _put(row: dict[str, Any], order: int) -> None:
    code = row["code"]
    if not (isinstance(code, str) and code.isidentifier() and len(code) <= 20):
        raise ValueError("code is one word of at most 20 letters")
    values = {
        "titles": {name: str(text) for name, text in row["title"].items()},
        "minutes": _minutes(row["minutes"]),
        "sign_minutes": _minutes(row["sign_minutes"]),
        "at_once": bool(row.get("at_once")),
        "basis": str(row.get("basis", ""))[:200],
        "retired": bool(row.get("retired")),
        "order": order,
    }
    if not values["titles"].get("zh-hans"):  # type: ignore[attr-defined]
        raise ValueError("title needs zh-hans")
    found = WhistleOccasion.objects.filter(code=code).first()
    found = found or WhistleOccasion(code=code)
    if found.pk and all(getattr(found, name) == said for name, said in values.items()):
        return
    for name, said in values.items():
        setattr(found, name, said)
    found.save()


def _minutes(raw: Any) -> int:
    minutes = int(raw)
    if not 0 < minutes <= LONGEST:
        raise ValueError(f"minutes are from 1 to {LONGEST}")
    return minutes


def dump(rows: Iterable[WhistleOccasion] | None = None) -> dict[str, Any]:
    """As `put` takes it."""
    found = WhistleOccasion.objects.all() if rows is None else rows
    return {"occasions": [_said(row) for row in found]}


def _said(row: WhistleOccasion) -> dict[str, Any]:
    said = {
        "code": row.code,
        "title": row.titles,
        "minutes": row.minutes,
        "sign_minutes": row.sign_minutes,
        "basis": row.basis,
    }
    flags = {"at_once": row.at_once, "retired": row.retired}
    return said | {name: True for name, on in flags.items() if on}
