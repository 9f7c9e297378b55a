"""Two entries of one person or organisation become one, when somebody else agrees.

Both histories stay: the entry that goes says into which, and what hung on it hangs on
the one that stays.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict, NotAllowed
from offices.models import (
    Dwelling,
    Household,
    Label,
    LifeEvent,
    Member,
    Merging,
    Organization,
    OrganizationPost,
    Person,
    Register,
    Residence,
    State,
)
from offices.models.ground import Entry, ground_of
from offices.registers import life
from offices.registers.permissions import can_decide, check_keeps

MODELS: dict[str, type[Person] | type[Organization]] = {
    Register.PERSON: Person,
    Register.ORGANIZATION: Organization,
}
# What is never filled from the entry that goes: what it is, and where it lies.
OWN = frozenset(
    {"id", "uuid", "state", "ended_on", "merged_into", "created_at", "changed_at"}
    | {"address", "cell", "community", "street", "dwelling", "building", "place"}
    | {"number_hash", "number_tail", "phone_hash", "phone_tail", "kind", "source"}
    | {"source_unit", "source_key", "confirmed_at"}
)


class CannotMerge(BadInput):
    """Only two entries of one register that are still there can be merged."""

    message = gettext_noop(
        "Only two entries of one register that are still there can be merged."
    )


class AskedAlready(Conflict):
    """This entry waits to be merged already. Wait for the answer."""

    message = gettext_noop(
        "This entry waits to be merged already. Wait for the answer."
    )


class NotYoursToDecide(NotAllowed):
    """Somebody else than who asked decides, on the ground of both entries."""

    message = gettext_noop(
        "Somebody else than who asked decides, on the ground of both entries."
    )


class Decided(Conflict):
    """This was decided meanwhile. Look at the answer."""

    message = gettext_noop("This was decided meanwhile. Look at the answer.")


# Who tells other parts of the house that an entry went into another.
Follow = Any
FOLLOWS: list[Follow] = []


def follows(follow: Follow) -> Follow:
    """Register ``follow(register, stays, goes)``: what refers to the one that goes
    is carried over in the same transaction."""
    FOLLOWS.append(follow)
    return follow


@dataclass(frozen=True)
class Pair:
    """The two entries of a merging."""

    merging: Merging
    stays: Any
    goes: Any


@transaction.atomic
def ask(stays: Entry, goes: Entry, by: User, *, reason: str) -> Merging:
    """Ask that ``goes`` become part of ``stays``.

    Raises CannotMerge (400), AskedAlready (409), NotYourGround (403).
    """
    register = life.register_of(stays)
    ends = (State.MERGED, State.GONE)
    if (
        type(stays) is not type(goes)
        or stays.pk == goes.pk
        or register not in MODELS
        or {stays.state, goes.state} & set(ends)
    ):
        raise CannotMerge
    check_keeps(by, stays)
    check_keeps(by, goes)
    asked = Merging.objects.filter(granted__isnull=True)
    both = [stays.uuid, goes.uuid]
    if asked.filter(Q(goes__in=both) | Q(stays=goes.uuid)).exists():
        raise AskedAlready
    same = stays.street_id == goes.street_id
    return Merging.objects.create(
        register=register,
        stays=stays.uuid,
        goes=goes.uuid,
        street=stays.street if same else None,
        community=stays.community if same else None,
        reason=reason[:200],
        asked_by=by,
    )


def visible_to(user: User) -> models.QuerySet[Merging]:
    """What one may decide, what one asked, and what was decided of these."""
    ground = ground_of(user)
    rows = Merging.objects.select_related("asked_by", "decided_by", "street")
    if ground.whole:
        return rows
    return rows.filter(Q(asked_by=user) | Q(street__in=ground.streets))


def pair_of(merging: Merging) -> Pair:
    model = MODELS[merging.register]
    rows: Any = model._default_manager.select_related("community", "street")
    both = {
        row.uuid: row for row in rows.filter(uuid__in=[merging.stays, merging.goes])
    }
    return Pair(merging, both[merging.stays], both[merging.goes])


@transaction.atomic
def decide(merging: Merging, by: User, *, granted: bool, answer: str = "") -> Merging:
    """Grant or refuse. Raises NotYoursToDecide (403), Decided (409)."""
    merging = Merging.objects.select_for_update(of=("self",)).get(pk=merging.pk)
    if merging.granted is not None:
        raise Decided
    if not can_decide(by, merging):
        raise NotYoursToDecide
    merging.granted, merging.decided_by = granted, by
    merging.decided_at, merging.answer = timezone.now(), answer[:200]
    merging.save()
    if granted:
        _merge(pair_of(merging), by)
    return merging


def _merge(pair: Pair, by: User) -> None:
    stays, goes = pair.stays, pair.goes
    if stays.state == State.MERGED or goes.state == State.MERGED:
        raise CannotMerge
    before = type(goes)._default_manager.get(pk=goes.pk)
    goes.state, goes.merged_into = State.MERGED, stays
    goes.ended_on = timezone.localdate()
    goes.save()  # before the other takes its number: it is one person's
    _fill(stays, before)
    stays.save()
    if isinstance(stays, Person):
        _carry_person(stays, goes)
    else:
        _carry_organization(stays, goes)
    for follow in FOLLOWS:
        follow(pair.merging.register, stays, goes)
    today = timezone.localdate()
    reason = pair.merging.reason
    took, went = LifeEvent.What.TOOK_IN, LifeEvent.What.WAS_MERGED
    life.note(stays, took, by, on=today, told=reason, other=goes.uuid)
    life.note(goes, went, by, on=today, told=reason, other=stays.uuid)


def _fill(stays: Any, goes: Any) -> None:
    """What the one that stays does not say, the other says."""
    for field in stays._meta.concrete_fields:
        if field.name in OWN:
            continue
        mine, other = getattr(stays, field.attname), getattr(goes, field.attname)
        if not mine and other:
            setattr(stays, field.attname, other)


def _carry_person(stays: Person, goes: Person) -> None:
    today = timezone.localdate()
    for model in (Residence, Member):
        rows: Any = model._default_manager.filter(person=goes)
        if model._default_manager.filter(person=stays, until__isnull=True).exists():
            for row in rows.filter(until__isnull=True):
                row.until = max(today, row.since) if row.since else today
                row.save(update_fields=["until"])
        rows.update(person=stays)
    here = stays.residences.filter(until__isnull=True).select_related("dwelling")
    if (residence := here.first()) and stays.dwelling_id is None:
        life.settle(stays, residence.dwelling)
    Person.objects.filter(pk=goes.pk).update(dwelling=None)
    _carry_once(Label.objects.filter(person=goes), {"person": stays}, "code")
    posts = OrganizationPost.objects.filter(person=goes)
    _carry_once(posts, {"person": stays}, "organization", "post")
    Dwelling.objects.filter(owner_person=goes).update(owner_person=stays)
    Household.objects.filter(head=goes).update(head=stays)


def _carry_organization(stays: Organization, goes: Organization) -> None:
    posts = OrganizationPost.objects.filter(organization=goes)
    _carry_once(posts, {"organization": stays}, "person", "post")
    Dwelling.objects.filter(owner_organization=goes).update(owner_organization=stays)


def _carry_once(rows: Any, to: dict[str, Any], *same: str) -> None:
    """Carry rows over; one that is open there already ends here instead."""
    today = timezone.localdate()
    for row in rows:
        said = {name: getattr(row, f"{name}_id", getattr(row, name)) for name in same}
        there = type(row)._default_manager.filter(**to, **said, until__isnull=True)
        if row.until is None and there.exists():
            row.until = max(today, row.since) if row.since else today
        for name, value in to.items():
            setattr(row, name, value)
        row.save()
