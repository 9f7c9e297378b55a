"""Overlay rules as data: out of a site package or a file, and back into one."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from layers.conflicts.overlay.checking import troubles
from layers.models import Layer, OverlayRule

FILE = "rules.json"
MOST_RULES = 500
NOT_YOURS = gettext_noop("You answer for neither layer of one of these rules.")
Entry = dict[str, Any]


def load(folder: Path, progress: Callable[[str], None]) -> None:
    """The rules of a site package, if it has any. Safe to run twice.

    Raises BadInput that names the rule, the trouble and what to do.
    """
    path = folder / FILE
    if path.is_file():
        changed = take(read_json(path), Layer.objects.all(), by=None)
        progress(f"overlay rules: {len(changed)} new or changed")


@transaction.atomic
def take(
    entries: Any,
    layers: Iterable[Layer],
    *,
    by: User | None,
    may: Callable[[OverlayRule], bool] = lambda rule: True,
) -> list[OverlayRule]:
    """Make or change the rules of a file; answers those that differ from before.

    All or none: raises BadInput with every trouble, a sentence each; also where a rule
    that would change is one that the person ``may`` not change.
    """
    if not isinstance(entries, list) or len(entries) > MOST_RULES:
        raise BadInput(gettext_noop("%(file)s holds a list of rules."), file=FILE)
    known = {layer.code: layer for layer in layers}
    wrong = [
        f"{_name(entry, number)}: {sentence}"
        for number, entry in enumerate(entries, start=1)
        for _part, sentence in troubles(entry, known)
    ]
    if wrong:
        told = gettext_noop("%(file)s: %(troubles)s")
        raise BadInput(told, file=FILE, troubles=" ".join(wrong))
    codes = [entry["code"] for entry in entries]
    old = OverlayRule.objects.filter(code__in=codes)
    before = list(old.select_related("left__provider", "right__provider"))
    changed = [rule for entry in entries if (rule := keep(entry, known, by=by))]
    touched = {rule.code for rule in changed}
    mine = [may(rule) for rule in [*before, *changed] if rule.code in touched]
    if not all(mine):
        raise BadInput(NOT_YOURS)
    return changed


def _name(entry: Any, number: int) -> str:
    code = entry.get("code") if isinstance(entry, dict) else None
    return str(code or number)


def keep(
    entry: Entry, layers: dict[str, Layer], *, by: User | None
) -> OverlayRule | None:
    """The rule of a checked entry, made or changed; None where nothing differs."""
    tolerance = entry.get("tolerance") or {}
    values = {
        "titles": entry["title"],
        "left": layers[entry["left"]],
        "right": layers[entry["right"]],
        "relation": entry["relation"],
        "tolerance_metres": float(tolerance.get("metres", 0)),
        "tolerance_area": float(tolerance.get("area", 0)),
        "tolerance_share": float(tolerance.get("share", 0)),
        "comparison": entry.get("compare") or {},
        "only": entry.get("only") or {},
        "active": entry.get("active", True),
    }
    old = OverlayRule.objects.select_related("left", "right")
    rule = old.filter(code=entry["code"]).first()
    if rule is None:
        return OverlayRule.objects.create(code=entry["code"], made_by=by, **values)
    if all(getattr(rule, name) == value for name, value in values.items()):
        return None
    if (rule.left, rule.right) != (values["left"], values["right"]):
        # What was found between other layers is not of this rule any more.
        rule.conflicts.standing().update(gone_at=timezone.now())
    for name, value in values.items():
        setattr(rule, name, value)
    rule.save()
    return rule


def entry_of(rule: OverlayRule) -> Entry:
    """The rule as a file has it."""
    tolerance = {
        "metres": rule.tolerance_metres,
        "area": rule.tolerance_area,
        "share": rule.tolerance_share,
    }
    parts: Entry = {
        "code": rule.code,
        "title": rule.titles,
        "left": rule.left.code,
        "right": rule.right.code,
        "relation": rule.relation,
        "tolerance": {name: value for name, value in tolerance.items() if value},
        "compare": rule.comparison,
        "only": rule.only,
        "active": rule.active,
    }
    return {name: value for name, value in parts.items() if value not in ({}, None)}
