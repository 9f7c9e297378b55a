"""The site's rules of orders: orders.json of a site package, in and out again.

``{"kinds": [...], "classes": [{"path", "category"}], "rates": [...]}``; a part that the
file leaves out stays as it is. ``category``: kind and code as event/06010; the path ""
is what every other class of the hotline becomes.
"""

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from cases.models import OrderClass, OrderKind, RateRule
from cases.models.order_rules import NATURAL
from govmap.lib.errors import BadInput
from workflow.models import Category, Standard

NAME = "orders.json"
USUAL = Path(__file__).with_name("usual.json")
FALLBACK = "热线待归类"


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice. Where a site brings no rules the usual ones are taken.

    Raises BadInput that names the file and what to correct.
    """
    path = folder / NAME
    if path.exists():
        put(_read(path), where=NAME)
    usual = _read(USUAL)
    if not OrderKind.objects.exists():
        put({"kinds": usual["kinds"]}, where=USUAL.name)
    if not RateRule.objects.exists():
        put({"rates": usual["rates"]}, where=USUAL.name)
    _make_fallback()
    counts = (OrderKind, OrderClass, RateRule)
    words = ", ".join(str(model._default_manager.count()) for model in counts)
    progress(f"orders: kinds, classes, rates: {words}")


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path.name}: no JSON that can be read ({error}).") from error
    return data if isinstance(data, dict) else {}


def put(data: dict[str, Any], *, where: str = "") -> None:
    """Write the parts that are there over the ones of the same code, path or day.

    Raises BadInput; then nothing is changed.
    """
    with transaction.atomic():
        try:
            for order, row in enumerate(data.get("kinds", ()), start=1):
                _put_kind(row, order)
            _put_classes(data.get("classes", ()))
            for row in data.get("rates", ()):
                _put_rates(row)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadInput(
                f"{where}: not as orders.json has to be: {error}."
            ) from error


def _put_kind(row: dict[str, Any], order: int) -> None:
    if row["type"] not in [one.value for one in NATURAL] or int(row["limit"]) < 1:
        raise BadInput(f"{row['code']}: limits of orders run in natural time.")
    if row.get("usual"):
        OrderKind.objects.filter(usual=True).exclude(code=row["code"]).update(
            usual=False
        )
    values = {
        "titles": row["title"],
        "limit": int(row["limit"]),
        "limit_type": row["type"],
        "words": list(row.get("words", [])),
        "order": row.get("order", order),
        "usual": bool(row.get("usual")),
    }
    OrderKind.objects.update_or_create(code=row["code"], defaults=values)


def _put_classes(rows: Iterable[dict[str, Any]]) -> None:
    found = Category.objects.choosable()
    known = {f"{row.kind}/{row.code}": row for row in found}
    for row in rows:
        category = known.get(row["category"])
        if category is None:
            raise BadInput(f"{row['path']}: there is no class {row['category']}.")
        OrderClass.objects.update_or_create(
            path=row["path"], defaults={"category": category}
        )


def _put_rates(row: dict[str, Any]) -> None:
    values = {
        "response": int(row["response"]),
        "solved": int(row["solved"]),
        "satisfied": int(row["satisfied"]),
        "solved_words": list(row["solved_words"]),
        "satisfied_words": list(row["satisfied_words"]),
        "basis": row.get("basis", "")[:200],
    }
    day = date.fromisoformat(row["from"])
    RateRule.objects.update_or_create(valid_from=day, defaults=values)


def _make_fallback() -> None:
    """What no row fits is a class of its own, until the desk says better."""
    standard = Standard.objects.filter(is_default=True).first()
    if standard is None or OrderClass.objects.filter(path="").exists():
        return
    event = Category.Kind.EVENT
    digits = Category.objects.filter(standard=standard, parent__isnull=False)
    size = len(digits.first().code) if digits.exists() else 5  # type: ignore[union-attr]
    main, _made = Category.objects.get_or_create(
        standard=standard, kind=event, code="99", defaults={"name": FALLBACK}
    )
    category, _made = Category.objects.get_or_create(
        standard=standard,
        kind=event,
        code="9" * size,
        defaults={"parent": main, "name": FALLBACK, "name_en": "To be classified"},
    )
    OrderClass.objects.create(path="", category=category)


def dump() -> dict[str, Any]:
    """As `put` takes it."""
    classes = OrderClass.objects.select_related("category")
    return {
        "kinds": [
            {
                "code": row.code,
                "title": row.titles,
                "limit": row.limit,
                "type": row.limit_type,
                "words": row.words,
                "usual": row.usual,
            }
            for row in OrderKind.objects.all()
        ],
        "classes": [
            {"path": row.path, "category": f"{row.category.kind}/{row.category.code}"}
            for row in classes
        ],
        "rates": [
            {
                "from": row.valid_from.isoformat(),
                "response": row.response,
                "solved": row.solved,
                "satisfied": row.satisfied,
                "solved_words": row.solved_words,
                "satisfied_words": row.satisfied_words,
                "basis": row.basis,
            }
            for row in RateRule.objects.all()
        ],
    }
