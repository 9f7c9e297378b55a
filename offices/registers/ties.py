"""Who belongs to whom: people of an organisation, a dwelling's owner, a household's
members and how it is divided (分户)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict
from offices.models import (
    Dwelling,
    Household,
    LifeEvent,
    Member,
    Organization,
    OrganizationPost,
    Person,
)
from offices.models.household import HEAD
from offices.registers import entering, life
from offices.registers.permissions import check_keeps


class HeldAlready(Conflict):
    """This person holds this post already. End it first, or choose another post."""

    message = gettext_noop(
        "This person holds this post already. End it first, or choose another post."
    )


class OneHead(BadInput):
    """A household has one head, and each of its members one relation to him."""

    message = gettext_noop(
        "A household has one head, and each of its members one relation to him."
    )


class SomebodyStays(BadInput):
    """Somebody has to leave, and somebody has to stay. Choose who leaves."""

    message = gettext_noop(
        "Somebody has to leave, and somebody has to stay. Choose who leaves."
    )


@transaction.atomic
def name_post(
    row: Organization, person: Person, post: str, by: User, *, since: date | None = None
) -> OrganizationPost:
    """Somebody of the register works there, or answers for it.

    Raises HeldAlready (409), NotYourGround (403).
    """
    check_keeps(by, row)
    open_ones = row.posts.filter(person=person, post=post, until__isnull=True)
    if open_ones.exists():
        raise HeldAlready
    return OrganizationPost.objects.create(
        organization=row, person=person, post=post, since=since
    )


@transaction.atomic
def end_post(
    one: OrganizationPost, by: User, *, on: date | None = None
) -> OrganizationPost:
    """From that day he does it no more. Raises NotYourGround (403)."""
    check_keeps(by, one.organization)
    day = on or timezone.localdate()
    one.until = max(day, one.since) if one.since else day
    one.save(update_fields=["until"])
    return one


@transaction.atomic
def name_owner(
    row: Dwelling, owner: Person | Organization | None, by: User
) -> Dwelling:
    """Whose the dwelling is: an entry of the register, or nobody that is known.

    Raises NotYourGround (403).
    """
    check_keeps(by, row)
    row.owner_person = owner if isinstance(owner, Person) else None
    row.owner_organization = owner if isinstance(owner, Organization) else None
    if owner is not None:
        row.owner_name = ""
    row.save(
        update_fields=[
            *("owner_person", "owner_organization", "owner_name", "changed_at"),
        ]
    )
    return row


@dataclass(frozen=True)
class Place:
    """One member in the household he is in from now on."""

    relation: str
    leaves: bool = False


@transaction.atomic
def arrange(row: Household, places: Mapping[int, Place], by: User) -> None:
    """Other relations, and who is the head. ``places`` are by the member's key.

    Raises OneHead (400), NotYourGround (403).
    """
    check_keeps(by, row)
    _say(row, _members(row, places), {pk: one.relation for pk, one in places.items()})


@transaction.atomic
def split(
    row: Household,
    places: Mapping[int, Place],
    by: User,
    *,
    number: str = "",
    dwelling: Dwelling | None = None,
    on: date | None = None,
) -> Household:
    """分户: who leaves makes a household of their own, at another door if one is named.

    Raises OneHead, SomebodyStays, DayToCome (400), NotYourGround (403).
    """
    check_keeps(by, row)
    day = life.past(on)
    members = _members(row, places)
    leaving = [one for one in members if places[one.pk].leaves]
    staying = [one for one in members if not places[one.pk].leaves]
    if not leaving or not staying:
        raise SomebodyStays
    fields = {"number": number, "kind": row.kind, "source": row.source}
    place = dwelling or row.dwelling
    made = entering.enter_household(fields, by, dwelling=place)
    for one in leaving:
        life.join(one.person, made, places[one.pk].relation, by, since=day)
    relations = {one.pk: places[one.pk].relation for one in staying}
    _say(row, staying, relations)
    heads = [one for one in leaving if places[one.pk].relation == HEAD]
    if len(heads) != 1:
        raise OneHead
    life.note(row, LifeEvent.What.SPLIT, by, on=day, told=number, other=made.uuid)
    return made


def _members(row: Household, places: Mapping[int, Any]) -> list[Member]:
    """Of those who belong to it now, each must be placed."""
    rows = row.members.filter(until__isnull=True).select_related("person")
    members = list(rows.order_by("pk"))
    if {one.pk for one in members} != set(places):
        raise OneHead
    return members


def _say(row: Household, members: list[Member], relations: dict[int, str]) -> None:
    heads = [one for one in members if relations[one.pk] == HEAD]
    if len(heads) != 1:
        raise OneHead
    for one in members:
        if one.relation != relations[one.pk]:
            one.relation = relations[one.pk]
            one.save(update_fields=["relation"])
    if row.head_id != heads[0].person_id:
        row.head = heads[0].person
        row.save(update_fields=["head", "changed_at"])
