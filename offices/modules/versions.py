"""Old records under a newer version of their module: tried first, then carried.

A record keeps the version that it was written by until somebody carries it on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from offices.models.module import Module, ModuleVersion
from offices.models.record import Record
from offices.modules.amending import carry
from offices.modules.definition import COMPUTED, Definition, definition_of
from offices.modules.keeping import values_of
from offices.modules.rights import WRITE
from offices.modules.values import Wrong, compute, hide, read

NAMESPACE = UUID("7d0f6c52-92a7-4b57-8b0e-6f1d6f3c8a44")
SHOWN = 200


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


def behind(module: Module, user: User) -> QuerySet[Record]:
    """Open records of an older version that the person may write."""
    rows: QuerySet[Record] = Record.objects.of_module(module, user, WRITE)
    rows = rows.filter(ended_at__isnull=True)
    return rows.exclude(version=module.published_id).order_by("pk")


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
        found = _one(row, new, version, by, done=done)
        trial.count += 1
        if not (found.lost or found.lacking):
            trial.whole += 1
        elif len(trial.troubled) < SHOWN:
            trial.troubled.append(found)
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
