"""Whom an administrator may name as away or standing in: found by name or unit."""

import re

from django.db.models import Q, QuerySet

from accounts.models import Membership, Unit, User
from accounts.roles import SEES_UNIT

SHOWN = 12  # of each sort
AREAS = (Unit.Kind.DISTRICT, Unit.Kind.STREET, Unit.Kind.COMMUNITY)
KEY = re.compile(r"\(([^()]+)\)\s*$")  # what a choice ends with: its code


def units_of(admin: User) -> QuerySet[Unit]:
    """The administrator's own units and all that lie below them."""
    own = {post.unit_id for post in admin.posts}
    return Unit.objects.filter(
        Q(pk__in=own) | Q(parent__in=own) | Q(parent__parent__in=own)
    )


def people_of(admin: User) -> QuerySet[User]:
    """Active people with a post there whose work is cases."""
    posts = Membership.objects.filter(unit__in=units_of(admin), role__in=SEES_UNIT)
    return User.objects.filter(is_active=True, pk__in=posts.values("user"))


def disposing_of(admin: User) -> QuerySet[Unit]:
    """Units that can be proposed to dispose: no areas."""
    return units_of(admin).exclude(kind__in=AREAS)


def choices(admin: User, text: str) -> list[str]:
    """What the words may mean, each as the form takes it; people before units."""
    text = text.replace("\x00", "").strip()[:60]
    if not text:
        return []
    named = Q(name__icontains=text) | Q(username__istartswith=text)
    posts = Membership.objects.filter(unit__name__icontains=text, role__in=SEES_UNIT)
    people = people_of(admin).filter(named | Q(pk__in=posts.values("user")))
    units = disposing_of(admin).filter(Q(name__icontains=text) | Q(code=text))
    found = people.order_by("name", "username").prefetch_related("memberships__unit")
    return [person_choice(person) for person in found[:SHOWN]] + [
        f"{unit} ({unit.code})" for unit in units.order_by("name", "code")[:SHOWN]
    ]


def person_choice(person: User) -> str:
    """``张三 · 德胜街道 (sign-in name)``."""
    units = dict.fromkeys(str(post.unit) for post in person.memberships.all())
    where = f" · {next(iter(units))}" if units else ""
    return f"{person}{where} ({person.username})"


def meant(admin: User, text: str) -> list[Unit | User]:
    """Whom a choice, a sign-in name, a code or a whole name means; none or several."""
    text = text.replace("\x00", "").strip()
    key = KEY.search(text)
    word = key.group(1) if key else text
    people = list(people_of(admin).filter(username=word))
    units = list(disposing_of(admin).filter(code=word))
    if not (people or units):
        people = list(people_of(admin).filter(name=text)[:2])
        units = list(disposing_of(admin).filter(name=text)[:2])
    return [*people, *units]
