"""A visit is written down once and answers the due days of every module.

The next day of a reminder is then counted from the visit, whatever the record itself
says; nobody fills the same date into each module.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from cases.errands import tell_errand
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.once import queue_behind_same
from offices.models import (
    Dwelling,
    Household,
    Member,
    Organization,
    Person,
    Record,
    RecordDue,
    Visit,
    VisitTick,
)
from offices.models.ground import Entry
from offices.modules.definition import Definition, definition_of, definitions_of
from offices.modules.keeping import values_of
from offices.modules.reminders import set_dues
from offices.modules.rights import modules_published, published_for
from offices.registers.entries import MODELS
from offices.registers.life import DayToCome, register_of
from offices.registers.permissions import check_keeps
from offices.registers.places import first_unit

# Of what is due so soon nobody comes again.
AHEAD = timedelta(days=30)


class NotSaid(BadInput):
    """Say how the visit was made, and what was found."""

    message = gettext_noop("Say how the visit was made, and what was found.")


def visited_codes(definition: Definition) -> frozenset[str]:
    """The reminders that a visit answers: days that come again, where visits count."""
    if not definition.data.get("visit"):
        return frozenset()
    return frozenset(one.code for one in definition.reminders if one.spec.get("every"))


def visit_modules(user: User | None = None) -> dict[int, frozenset[str]]:
    """Of each module whose records are visited, the reminders.

    One query; none where the ``user``'s modules were asked for before.
    """
    rows = modules_published() if user is None else published_for(user)
    found = {pk: version for pk, _owner, version, _street in rows}
    definitions = definitions_of(found.values())
    codes = {pk: visited_codes(definitions[key]) for pk, key in found.items()}
    return {pk: names for pk, names in codes.items() if names}


def seen(register: str, uuid: UUID, user: User) -> Any:
    """Whom or what one visits. Raises NotFound."""
    model = MODELS.get(register)
    if model is None:
        raise NotFound
    row = model._default_manager.visible_to(user).filter(uuid=uuid).first()
    if row is None:
        raise NotFound
    return row


@transaction.atomic
def visit(
    about: Person | Household | Dwelling | Organization,
    by: User,
    *,
    uuid: UUID,
    way: str,
    on: date | None = None,
    found: str = "",
    needs: str = "",
) -> Visit:
    """Keep the visit, and tick what is due of everybody in the household.

    Sent again with the same uuid, the same answer. Raises NotSaid, DayToCome (400),
    NotYourGround (403), NotFound (404).
    """
    queue_behind_same(uuid)
    done = Visit.objects.filter(uuid=uuid).first()
    if done is not None:
        if done.by_id != by.pk:
            raise NotFound
        return done
    check_keeps(by, about)
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise DayToCome
    if way not in Visit.Way.values or not (found or needs):
        raise NotSaid
    made = Visit.objects.create(
        uuid=uuid,
        register=register_of(about),
        subject=about.uuid,
        street_id=about.street_id,
        community_id=about.community_id,
        on=day,
        way=way,
        found=found,
        needs=needs,
        by=by,
        unit=first_unit(by),
    )
    _tick(made, about)
    tell_errand(made.uuid, [made.street_id, made.community_id])
    return made


def _tick(made: Visit, about: Entry) -> None:
    modules = visit_modules()
    dues = RecordDue.objects.filter(
        record__in=records_around(about).open().values("pk"),
        module__in=modules,
        due_on__lte=made.on + AHEAD,
    )
    by_record: dict[int, list[RecordDue]] = {}
    for due in dues.order_by("pk"):
        if due.code in modules[due.module_id]:
            by_record.setdefault(due.record_id, []).append(due)
    locked = Record.objects.select_for_update(of=("self",)).select_related("module")
    for record in locked.filter(pk__in=by_record).order_by("pk"):
        VisitTick.objects.bulk_create(
            [
                VisitTick(visit=made, record=record, code=due.code, due_on=due.due_on)
                for due in by_record[record.pk]
            ]
        )
        set_dues(record, definition_of(record.version_id), values_of(record))


def records_around(about: Entry) -> Any:
    """The records about it, and about everybody in the household or behind the door."""
    where = Q(pk__in=[])
    if isinstance(about, Organization):
        return Record.objects.filter(organization=about)
    if isinstance(about, Dwelling):
        where |= Q(dwelling=about)
    homes = _households(about)
    people = set(
        Member.objects.filter(household__in=homes, until=None).values_list(
            "person", flat=True
        )
    )
    if isinstance(about, Person):
        people.add(about.pk)
    if isinstance(about, Dwelling):
        people |= set(about.occupants.values_list("pk", flat=True))
    return Record.objects.filter(
        where | Q(household__in=homes) | Q(person__in=sorted(people))
    )


def _households(about: Entry) -> list[int]:
    if isinstance(about, Household):
        return [about.pk]
    if isinstance(about, Dwelling):
        return list(about.households.here().values_list("pk", flat=True))
    rows = Member.objects.filter(person=about.pk, until=None)
    return list(rows.values_list("household", flat=True))


def visits_of(about: Entry) -> QuerySet[Visit]:
    """The visits to it, and those to the household or door of a person."""
    keys = [about.uuid]
    if isinstance(about, Person):
        homes = Household.objects.filter(pk__in=_households(about))
        keys += homes.values_list("uuid", flat=True)
        if about.dwelling_id is not None:
            rows = Dwelling.objects.filter(pk=about.dwelling_id)
            keys += rows.values_list("uuid", flat=True)
    rows_ = Visit.objects.filter(subject__in=keys).select_related("by", "unit")
    return rows_.order_by("-on", "-pk")
