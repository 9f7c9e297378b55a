"""Hard matters in a site package: matters.json, in and out again.

``{"sorts": [{"code", "title", "retired"}]}``, in the order of the list. A site that
brings none gets those of the usual file, once; so it is with the steps of the ladder.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from cases.models import Conference, MatterSort, MatterTask
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow import ladder, ladder_loading
from workflow.loading import load_usual_processes
from workflow.models import LadderStep, PaperTemplate
from workflow.papers import loading as papers_loading

NAME = "matters.json"
USUAL = Path(__file__).with_name("usual.json")
PROCESSES = Path(__file__).parent / "processes"
PAPERS = Path(__file__).parent / "papers_usual"
CODE_MOST = 20


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice. Raises BadInput that names the file and what to correct."""
    for line in load_usual_processes(PROCESSES):
        progress(line)
    usual = read_json(USUAL)
    path = folder / NAME
    if path.is_file():
        put(read_json(path), where=NAME, packaged=True)
    if not MatterSort.objects.exists():
        put(usual, where=USUAL.name, packaged=True)
    progress(f"hard matters: sorts: {MatterSort.objects.count()}")
    # An administrator may have put all of them out of use: then they stay so.
    if not LadderStep.objects.filter(kind=MatterTask.KIND).exists():
        ladder_loading.load_data(
            [*ladder_loading.export(), *usual["ladder"]], name=USUAL.name
        )
        ladder.look_at_all()
        progress(f"hard matters: steps of the ladder: {len(usual['ladder'])}")
    if not PaperTemplate.objects.filter(about=Conference.KIND).exists():
        papers = papers_loading.read_usual(PAPERS)
        progress(f"minutes: {papers_loading.put(papers, where=PAPERS.name)}")


def put(data: Any, *, where: str, packaged: bool = False) -> int:
    """Write these sorts over those of the same code; the others stay.

    ``packaged``: of a site package, whose row counts only where it says something
    else than it said last. Returns how many rows. Raises BadInput; then nothing is
    changed.
    """
    rows = data.get("sorts") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise BadInput(f'{where}: it must be an object with a list "sorts".')
    with transaction.atomic():
        for order, row in enumerate(rows, start=1):
            try:
                _put(_values(row, order), row["code"], packaged=packaged)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise BadInput(
                    f"{where}: sort {order}: {error}. It needs code and title."
                ) from error
    return len(rows)


def _values(row: dict[str, Any], order: int) -> dict[str, Any]:
    code = row["code"]
    if not (isinstance(code, str) and code.isidentifier() and len(code) <= CODE_MOST):
        raise ValueError(f"code is one word of at most {CODE_MOST} letters")
    titles = {name: str(text)[:80] for name, text in row["title"].items()}
    if not titles.get("zh-hans"):
        raise ValueError("title needs zh-hans")
    return {"titles": titles, "retired": bool(row.get("retired")), "order": order}


def _put(values: dict[str, Any], code: str, *, packaged: bool) -> None:
    row = MatterSort.objects.filter(code=code).first() or MatterSort(code=code)
    if packaged:
        if row.packaged == values:
            return
        row.packaged = values
    elif row.pk and all(getattr(row, name) == said for name, said in values.items()):
        return
    for name, said in values.items():
        setattr(row, name, said)
    row.save()


def dump() -> dict[str, Any]:
    """As `put` takes it."""
    return {"sorts": [_said(row) for row in MatterSort.objects.all()]}


def _said(row: MatterSort) -> dict[str, Any]:
    said: dict[str, Any] = {"code": row.code, "title": row.titles}
    return {**said, "retired": True} if row.retired else said
