"""The knowledge base of a site package: knowledge.json.

A list of ``{"code", "unit", "title", "text", "reply", "classes", "units", "basis",
"from", "to", "review"}``. A row is published when the package says of it what it did
not say before, unless somebody wrote a version of it here since.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Unit
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow.knowledge import writing
from workflow.models import Article
from workflow.models.knowledge import REPLY_MOST, TEXT_MOST, TITLE_MOST
from workflow.package_rows import PackageRows

NAME = "knowledge.json"


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice. Raises BadInput that names the row and what it needs."""
    path = folder / NAME
    if not path.is_file():
        return
    data = read_json(path)
    if not isinstance(data, list):
        raise BadInput(f"{NAME} must be a list of articles.")
    units = {unit.code: unit for unit in Unit.objects.all()}
    known = PackageRows("knowledge")
    for number, row in enumerate(data, start=1):
        try:
            if known.is_new(str(row["code"]), row):
                _put(row, units)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadInput(
                f"{NAME}: article {number}: {error}. It needs code, unit, title and"
                " text."
            ) from error
    known.keep()
    progress(f"knowledge base: {len(data)} articles")


def _put(row: dict[str, Any], units: dict[str, Unit]) -> None:
    title, text = str(row["title"]), str(row["text"])
    reply = str(row.get("reply", ""))
    if not 0 < len(title) <= TITLE_MOST or not 0 < len(text) <= TEXT_MOST:
        raise ValueError("title or text is empty or too long")
    if len(reply) > REPLY_MOST:
        raise ValueError("reply is too long")
    article = Article.objects.filter(code=row["code"]).first()
    if article and article.versions.filter(written_by__isnull=False).exists():
        return  # it is this site's own by now
    article = article or Article(code=str(row["code"])[:40], unit=units[row["unit"]])
    said = {
        "title": title,
        "text": text,
        "reply": reply,
        "classes": [str(code) for code in row.get("classes", [])],
        "basis": str(row.get("basis", ""))[:200],
        "valid_from": _day(row.get("from")) or timezone.localdate(),
        "valid_to": _day(row.get("to")),
        "review_on": _day(row.get("review")),
    }
    writing.keep(article, None, said, [units[code] for code in row.get("units", [])])
    writing.publish(article, None)


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


def dump() -> list[dict[str, Any]]:
    """What is published, as `load` takes it."""
    rows = Article.objects.published().select_related("unit", "current")
    found = []
    for row in rows.order_by("pk"):
        now = row.current
        assert now
        said = {
            "code": row.code or f"own-{row.pk}",
            "unit": row.unit.code,
            "title": now.title,
            "text": now.text,
            "reply": now.reply,
            "classes": now.classes,
            "units": [unit.code for unit in now.units.all()],
            "basis": now.basis,
            "from": now.valid_from.isoformat(),
            "to": now.valid_to.isoformat() if now.valid_to else "",
            "review": now.review_on.isoformat() if now.review_on else "",
        }
        found.append({name: value for name, value in said.items() if value})
    return found
