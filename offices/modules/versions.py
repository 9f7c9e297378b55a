"""Old records under a newer version of their module: tried first, then carried.

A record keeps the version that it was written by until somebody carries it on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from offices.models.module import Module, ModuleVersion
from offices.models.record import Record
from offices.modules.amending import carry
from offices.modules.definition import (
    CHOICE,
    CHOICES,
    COMPUTED,
    LONG,
    NUMBER,
    TEXT,
    WHOLE,
    Definition,
    Field,
    definition_of,
)
from offices.modules.keeping import values_of
from offices.modules.rights import WRITE
from offices.modules.values import Wrong, compute, hide, read

NAMESPACE = UUID("7d0f6c52-92a7-4b57-8b0e-6f1d6f3c8a44")
SHOWN = 200
FORESEEN = 200  # open records that a draft is tried upon


@dataclass
class Carried:
    """What carrying does to one record: fields that are lost, fields that lack."""

    record: Record
    lost: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)


@dataclass
class Trial:
    """What carrying would do, or did, to all that are open."""

    version: ModuleVersion
    count: int = 0
    whole: int = 0
    troubled: list[Carried] = field(default_factory=list)
    done: bool = False

    def note(self, found: Carried) -> None:
        self.count += 1
        if not (found.lost or found.lacking):
            self.whole += 1
        elif len(self.troubled) < SHOWN:
            self.troubled.append(found)


@dataclass(frozen=True)
class Difference:
    """What became of one field. ``loses``: old values may not fit any more."""

    what: str  # one of `WHATS`
    label: str
    text: str = ""
    loses: bool = False

    @property
    def word(self) -> str:
        return str(WHATS[self.what])


WHATS = {
    "added": _("new"),
    "removed": _("taken out"),
    "renamed": _("renamed"),
    "kind": _("another kind"),
    "narrower": _("narrower"),
    "needed": _("needed now"),
    "level": _("another sensitivity"),
    "step_added": _("new step"),
    "step_changed": _("step otherwise"),
    "step_removed": _("step taken out"),
    "steps_moved": _("steps in another order"),
}
# Kinds whose values another kind takes as they are.
WIDER = {(TEXT, LONG), (WHOLE, NUMBER), (CHOICE, CHOICES)}
TIGHTER = (("minimum", 1), ("maximum", -1), ("maxLength", -1), ("maxItems", -1))


def differences(old: Definition, new: Definition) -> list[Difference]:
    """What a newer version asks otherwise, field by field in its order."""
    found: list[Difference] = []
    for name, one in new.fields.items():
        before = old.fields.get(name)
        if before is None:
            is_asked = one.kind != COMPUTED and name not in new.asked_by_steps
            lacks = one.is_required and is_asked
            found.append(Difference("added", one.label, loses=lacks))
        else:
            found += _of_field(before, one)
    gone = [one for name, one in old.fields.items() if name not in new.fields]
    found += [Difference("removed", one.label, loses=True) for one in gone]
    return [*found, *_steps(old, new)]


def _steps(old: Definition, new: Definition) -> Iterator[Difference]:
    """What became of the steps of its own procedure; nothing in entries is lost."""
    before = {step.code: step for step in old.flow}
    after = {step.code: step for step in new.flow}
    for code, step in after.items():
        was = before.get(code)
        if was is None:
            yield Difference("step_added", step.title)
        elif was.spec != step.spec:
            yield Difference("step_changed", step.title)
    for code, step in before.items():
        if code not in after:
            yield Difference("step_removed", step.title)
    kept = [code for code in before if code in after]
    if kept != [code for code in after if code in before]:
        titles = "→".join(step.title for step in after.values())
        yield Difference("steps_moved", titles)


def _of_field(old: Field, new: Field) -> Iterator[Difference]:
    label = new.label
    if old.label != label:
        yield Difference("renamed", label, old.label)
    if old.kind != new.kind or old.ref != new.ref or old.codes != new.codes:
        fits = (old.kind, new.kind) in WIDER
        yield Difference("kind", label, loses=not fits)
    codes = {one.code for one in new.choices}
    gone = [one.label for one in old.choices if one.code not in codes]
    if new.choices and gone:
        yield Difference("narrower", label, "、".join(gone), loses=True)
    for key, sign in TIGHTER:
        before, now = old.spec.get(key), new.spec.get(key)
        if now is not None and (before is None or sign * now > sign * before):
            yield Difference("narrower", label, str(now), loses=True)
    if new.is_required and not old.is_required:
        yield Difference("needed", label, loses=True)
    if old.level != new.level:
        yield Difference("level", label, f"{old.level} → {new.level}")
    if new.columns and set(old.columns) - set(new.columns):
        lost = [
            old.columns[name].label for name in old.columns if name not in new.columns
        ]
        yield Difference("narrower", label, "、".join(lost), loses=True)


def behind(module: Module, user: User) -> QuerySet[Record]:
    """Open records of an older version that the person may write."""
    rows = open_records(module, user)
    return rows.exclude(version=module.published_id)


def open_records(module: Module, user: User) -> QuerySet[Record]:
    """Those that the person may write, the oldest first."""
    rows: QuerySet[Record] = Record.objects.of_module(module, user, WRITE)
    return rows.filter(ended_at__isnull=True).order_by("pk")


def foreseen(module: Module, draft: ModuleVersion, by: User) -> Trial:
    """What a draft would do to the first of the open records; nothing is changed."""
    new, trial = Definition(draft.definition), Trial(draft)
    rows = open_records(module, by).select_related("module", "street")
    for row in rows[:FORESEEN]:
        values = values_of(row)
        lost, lacking = fitted(values, definition_of(row.version_id), new, by)[1:]
        trial.note(Carried(row, lost, lacking))
    return trial


def fitted(
    values: dict[str, Any], old: Definition, new: Definition, by: User
) -> tuple[dict[str, Any], list[str], list[str]]:
    """The values as the new version takes them, labels of what is lost and of what it
    wants and has not.
    """
    kept: dict[str, Any] = {}
    lost: list[str] = []
    for name, value in values.items():
        one = new.fields.get(name)
        before = old.fields.get(name)
        label = before.label if before else name
        if one is None:
            lost.append(label)
        elif one.kind != COMPUTED:
            try:
                # What a person referred to stays, whoever carries it on.
                same = before is not None and before.kind == one.kind == "ref"
                kept[name] = value if same else read(one, value, by)
            except Wrong:
                lost.append(label)
    hide(new, kept)
    compute(new, kept)
    lacking = [
        one.label
        for one in new.fields.values()
        if one.is_required and one.name not in kept
        if one.name not in new.asked_by_steps
    ]
    return kept, lost, lacking


def attempt(module: Module, by: User) -> Trial:
    """What carrying would do; nothing is changed."""
    return _go(module, by, done=False)


def carry_all(module: Module, by: User) -> Trial:
    """Carry each, in a transaction of its own; done again nothing is left to do."""
    return _go(module, by, done=True)


def _go(module: Module, by: User, *, done: bool) -> Trial:
    version = module.published
    assert version is not None
    new = definition_of(version.pk)
    trial = Trial(version, done=done)
    for row in _each(module, by):
        trial.note(_one(row, new, version, by, done=done))
    return trial


def _each(module: Module, by: User) -> Iterator[Record]:
    keys = list(behind(module, by).values_list("pk", flat=True))
    for pk in keys:
        yield Record.objects.select_related("module", "street").get(pk=pk)


@transaction.atomic
def _one(
    row: Record, new: Definition, version: ModuleVersion, by: User, *, done: bool
) -> Carried:
    if done:
        row = Record.objects.select_for_update().get(pk=row.pk)
    old, before = definition_of(row.version_id), values_of(row)
    values, lost, lacking = fitted(before, old, new, by)
    if done and row.version_id != version.pk:
        act_id = uuid5(NAMESPACE, f"{row.uuid}/{version.pk}")
        carry(row, new, before, values, by=by, act_id=act_id, version=version)
    return Carried(row, lost, lacking)
