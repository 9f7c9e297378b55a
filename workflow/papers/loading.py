"""Papers in a site package: papers.json, in and out again.

``{"templates": [{"code", "title", "about", "who", "body", …}], "offices": [{"unit",
"short", "signs_as", "phone", "address"}]}``; ``body`` is a text or a list of lines.
A loaded template never changes: a row that says something new becomes a new version,
one that says what a version was made from leaves all as it is.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Unit, User
from accounts.roles import Role
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow.models import PaperOffice, PaperSize, PaperTemplate, Phase
from workflow.papers import numbering
from workflow.papers.about import KINDS, shape_of
from workflow.papers.checking import faults

NAME = "papers.json"
ASK_KINDS = ("text", "long", "day")
PLAIN = ("about", "phases", "effects", "who", "to", "leaves", "many", "size", "asks")


def load(folder: Path, usual: Path) -> list[str]:
    """A report line each; of the usual ones a site gets, once, those it has none of.

    Raises BadInput that names the file and what to correct; then nothing is changed.
    """
    path, lines = folder / NAME, []
    if path.exists():
        lines.append(f"papers: {put(read_json(path), where=NAME)}")
    rows = read_usual(usual)
    known = set(PaperTemplate.objects.values_list("code", flat=True))
    new = [row for row in rows["templates"] if row["code"] not in known]
    if new:
        lines.append(f"usual papers: {put({'templates': new}, where=usual.name)}")
    return lines


def read_usual(folder: Path) -> dict[str, Any]:
    """The rows of a folder's papers.json, each with the body of its ``<code>.html``."""
    data = read_json(folder / NAME)
    for row in data["templates"]:
        row["body"] = (folder / f"{row['code']}.html").read_text("utf-8")
    return dict(data)


@transaction.atomic
def put(data: Any, *, where: str, by: User | None = None) -> str:
    """Take over what a file called ``where`` holds. Raises BadInput."""
    rows = data.get("templates", []) if isinstance(data, dict) else None
    offices = data.get("offices", []) if isinstance(data, dict) else None
    if not isinstance(rows, list) or not isinstance(offices, list):
        raise BadInput(f"{where}: it needs the lists templates and offices.")
    changed = 0
    for number, row in enumerate(rows, start=1):
        try:
            changed += _put(row, number, by)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadInput(f"{where}: template {number}: {error}") from error
    for number, row in enumerate(offices, start=1):
        try:
            changed += _put_office(row)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadInput(f"{where}: office {number}: {error}") from error
    told = f"{len(rows)} templates, {len(offices)} offices"
    return f"{told}{'' if changed else ', unchanged'}"


def _put(row: dict[str, Any], order: int, by: User | None) -> bool:
    digest = digest_of(row)
    versions = PaperTemplate.objects.filter(code=row["code"])
    if versions.filter(digest=digest).exists():
        return False
    template = template_of(row)
    template.digest, template.made_by = digest, by
    template.order = int(row.get("order", order))
    if problems := problems_of(template):
        raise ValueError(f"{row['code']}: {' '.join(problems)}")
    add_version(template)
    return True


def add_version(template: PaperTemplate) -> PaperTemplate:
    """Save it as the newest version of its code."""
    newest = PaperTemplate.objects.filter(code=template.code).order_by("-version")
    before = newest.values_list("version", flat=True).first() or 0
    template.pk, template.version = None, before + 1
    template.save(force_insert=True)
    return template


def digest_of(row: dict[str, Any]) -> str:
    """Of what a row says, however it is written."""
    said = json.dumps(export_row(template_of(row)), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def template_of(row: dict[str, Any]) -> PaperTemplate:
    """The row as a template that is not saved. Raises KeyError, TypeError."""
    body = row["body"]
    if isinstance(body, list):
        body = "\n".join(body) + "\n"
    if not isinstance(row["title"], dict) or not isinstance(body, str):
        raise TypeError("title is an object, body a text or a list of lines")
    return PaperTemplate(
        code=str(row["code"]),
        titles={name: str(text) for name, text in row["title"].items()},
        number_rule=str(row.get("number", "")),
        body=body.replace("\r\n", "\n"),
        **{name: row[name] for name in PLAIN if name in row},
    )


def problems_of(row: PaperTemplate) -> list[str]:
    """All that keeps it from being used; the body's with their lines."""
    found = [*_head_problems(row)]
    if found:
        return found
    return faults(row.body, shape_of(row.about, row.asks))


def _head_problems(row: PaperTemplate) -> list[str]:
    if row.about not in KINDS:
        return [f"about is one of {', '.join(sorted(KINDS))}."]
    names = KINDS[row.about].unit_names
    found = [problem for one in row.who for problem in _who_problems(one, names)]
    if not row.who:
        found.append("who names nobody who may print it.")
    if row.to and row.to not in names:
        found.append(f"to is one of {', '.join(sorted(names))}, or empty.")
    if not row.titles.get("zh-hans"):
        found.append("title needs zh-hans.")
    if not row.code.replace("_", "a").isalnum() or not row.code.isascii():
        found.append("code is small letters, digits and _.")
    if not set(row.phases) <= set(Phase.values):
        found.append(f"phases are of {', '.join(Phase.values)}.")
    if row.size not in PaperSize.values:
        found.append(f"size is one of {', '.join(PaperSize.values)}.")
    if fault := numbering.fault_of(row.number_rule):
        found.append(fault)
    return [*found, *_ask_problems(row.asks)]


def _who_problems(one: dict[str, str], names: frozenset[str]) -> list[str]:
    if one.get("role") not in Role.values or one.get("at") not in names:
        return [
            f"who: {one}: a role, at one of {', '.join(sorted(names))}; roles are"
            f" {', '.join(Role.values)}."
        ]
    return []


def _ask_problems(asks: list[dict[str, Any]]) -> list[str]:
    found = []
    for one in asks:
        name = str(one.get("name", ""))
        if not name.isidentifier() or name.startswith("_") or not one.get("label"):
            found.append(f"asks: {name!r}: it needs a name of letters and a label.")
        if one.get("kind", "text") not in ASK_KINDS:
            found.append(f"asks: {name}: kind is one of {', '.join(ASK_KINDS)}.")
    names = [one.get("name") for one in asks]
    if len(names) != len(set(names)):
        found.append("asks: a name stands twice.")
    return found


def _put_office(row: dict[str, Any]) -> bool:
    unit = Unit.objects.filter(code=row["unit"]).first()
    if unit is None:
        raise ValueError(f"there is no unit {row['unit']}")
    said = {
        "short": str(row["short"])[:30],
        "signs_as": str(row["signs_as"])[:80],
        "phone": str(row.get("phone", ""))[:60],
        "address": str(row.get("address", ""))[:120],
    }
    # What an administrator wrote since stays: a package only adds.
    _office, made = PaperOffice.objects.get_or_create(unit=unit, defaults=said)
    return made


def export_row(row: PaperTemplate) -> dict[str, Any]:
    data = {
        "code": row.code,
        "title": row.titles,
        "number": row.number_rule,
        **{name: getattr(row, name) for name in PLAIN},
        "body": row.body.splitlines(),
    }
    return {name: value for name, value in data.items() if value not in ("", [], False)}


def export() -> dict[str, Any]:
    """As a site package has it."""
    offices = PaperOffice.objects.select_related("unit")
    return {
        "templates": [export_row(row) for row in PaperTemplate.objects.current()],
        "offices": [
            {
                "unit": row.unit.code,
                "short": row.short,
                "signs_as": row.signs_as,
                "phone": row.phone,
                "address": row.address,
            }
            for row in offices
        ],
    }
