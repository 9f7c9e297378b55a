"""What a module does besides being filled in: visits, cases, papers, the wall, and what
no two entries may say at once."""

from django.utils.translation import gettext as _

from offices.builder.said import BadStep, Said
from offices.builder.work import Work
from offices.modules.definition import S1, Definition, Field
from offices.modules.unique import UNIQUE_KINDS
from workflow.models import Category, PaperTemplate

ABOUT = "record"


def papers_offered() -> list[tuple[str, str]]:
    """Code and title of each paper that entries of a module may have."""
    rows = PaperTemplate.objects.current().filter(about=ABOUT)
    return [(row.code, str(row)) for row in rows]


def classes_offered() -> list[tuple[str, list[tuple[str, str]]]]:
    """Classes of cases under their headings; ``kind/code`` and name of each."""
    rows = Category.objects.choosable().select_related("parent")
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows.order_by("kind", "code"):
        heading = f"{row.get_kind_display()} · {row.parent}"
        found.setdefault(heading, []).append((f"{row.kind}/{row.code}", str(row)))
    return list(found.items())


def keys_offered(definition: Definition) -> list[Field]:
    """The fields by which two entries can be the same."""
    return [
        one
        for one in definition.fields.values()
        if one.kind in UNIQUE_KINDS and one.is_open
        if one.name not in definition.asked_by_steps
    ]


def set_uses(work: Work, said: Said) -> None:
    """Each of these anew; what is not named stays."""
    data = work.data
    if (visit := said.flag("visit")) is not None:
        data["visit"] = visit
    if (on_wall := said.flag("on_wall")) is not None:
        if on_wall and set(work.definition.levels) - {S1}:
            raise BadStep(on_wall=_("It has personal fields and stands on no wall."))
        data["symbol"]["on_wall"] = on_wall
    if (papers := said.many("papers")) is not None:
        known = {code for code, _title in papers_offered()}
        kept = [code for code in data.get("papers", ()) if code in papers]
        wanted = dict.fromkeys(papers)
        new = [code for code in wanted if code in known and code not in kept]
        data["papers"] = [*kept, *new]
    if (chosen := said.text("opens_case", 20)) is not None:
        data["opens_case"] = _class(chosen)
    if (names := said.many("unique")) is not None:
        known_keys = {one.name for one in keys_offered(work.definition)}
        rest = list(data.get("unique") or [])[1:]
        first = [name for name in dict.fromkeys(names) if name in known_keys]
        data["unique"] = [*([first] if first else []), *rest]


def _class(chosen: str) -> dict[str, str] | None:
    """The class of a case that is opened from an entry; None where none is chosen."""
    kind, _slash, code = chosen.partition("/")
    if not chosen:
        return None
    if not Category.objects.choosable().filter(kind=kind, code=code).exists():
        raise BadStep(opens_case=_("Choose one of the list."))
    return {"category": code, "kind": kind}
