"""Phrases offered beside a form's text: the person's own and those of his units.

What he uses most stands first, then what is meant for this very move.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, Sum
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from accounts.roles import Role
from govmap.lib.errors import BadInput
from workflow.models import OwnPhrase, Phrase, PhraseUse
from workflow.models.phrase import TEXT_MAX

SHOWN = 60
OWN_MOST = 200  # that one person may keep
USED_MOST = 5  # counted with one act


class TooMany(BadInput):
    """The person keeps as many phrases as he may."""

    message = gettext_noop("You keep %(count)s phrases already: remove some first.")


class NoText(BadInput):
    """The phrase is empty, or longer than a phrase."""

    message = gettext_noop("Write the phrase, at most %(count)s characters.")


@dataclass(frozen=True)
class Offered:
    """One phrase as a form offers it."""

    key: str  # names it when it was used: "o17", "u4"
    text: str
    is_own: bool
    used: int  # times, by this person
    rank: tuple[int, ...]  # after how often it was used


def offered_to(
    user: User, *, kind: str = "", verb: str = "", phase: str = ""
) -> list[Offered]:
    """What fits a move in that phase, the most used first: two queries."""
    fits = _fits(kind, verb, phase)
    own = OwnPhrase.objects.filter(fits, person=user)
    units = [post.unit_id for post in user.posts]
    mine = Sum("uses__used", filter=Q(uses__person=user))
    shared = Phrase.objects.in_use().of_units(units).filter(fits).annotate(mine=mine)
    found = [
        *(Offered(f"o{row.pk}", row.text, True, row.used, _rank(row)) for row in own),
        *(
            Offered(f"u{row.pk}", row.text, False, row.mine or 0, _rank(row))
            for row in shared
        ),
    ]
    found.sort(key=lambda row: (-row.used, row.rank, not row.is_own))
    seen: dict[str, Offered] = {}
    for row in found:
        seen.setdefault(row.text, row)
    return list(seen.values())[:SHOWN]


def _fits(kind: str, verb: str, phase: str) -> Q:
    return Q(kind__in={"", kind}) & Q(verb__in={"", verb}) & Q(phase__in={"", phase})


def _rank(row: Phrase | OwnPhrase) -> tuple[int, ...]:
    """What is meant for the move before what is meant for the phase."""
    return (not row.verb, not row.phase, getattr(row, "order", 0), row.pk)


def used(user: User, keys: Iterable[str]) -> None:
    """Count that the person used these; what is no phrase of his is passed over."""
    named = list(dict.fromkeys(keys))[:USED_MOST]
    own = _ids(named, "o")
    if own:
        rows = OwnPhrase.objects.filter(person=user, pk__in=own)
        rows.update(used=F("used") + 1)
    if shared := _ids(named, "u"):
        units = [post.unit_id for post in user.posts]
        known = Phrase.objects.in_use().of_units(units).filter(pk__in=shared)
        for pk in known.values_list("pk", flat=True):
            row, made = PhraseUse.objects.get_or_create(
                person=user, phrase_id=pk, defaults={"used": 1}
            )
            if not made:
                PhraseUse.objects.filter(pk=row.pk).update(used=F("used") + 1)


def _ids(keys: list[str], letter: str) -> list[int]:
    digits = [key[1:] for key in keys if key.startswith(letter)]
    return [int(text) for text in digits if text.isdecimal() and len(text) < 19]


def keep(
    user: User, text: str, *, kind: str = "", verb: str = "", phase: str = ""
) -> OwnPhrase:
    """The person's own phrase; the one he has, where he keeps it already.

    Raises NoText, TooMany.
    """
    text = clean(text)
    if OwnPhrase.objects.filter(person=user).count() >= OWN_MOST:
        raise TooMany(count=OWN_MOST)
    row, _made = OwnPhrase.objects.get_or_create(
        person=user, text=text, kind=kind, verb=verb, phase=phase
    )
    return row


def clean(text: str) -> str:
    """Raises NoText."""
    text = text.replace("\x00", "").strip()
    if not text or len(text) > TEXT_MAX:
        raise NoText(count=TEXT_MAX)
    return text


def units_led(user: User) -> list[Unit]:
    """Units whose desk the person leads (值班长): he keeps their phrases."""
    posts = [post for post in user.posts if post.role == Role.FILER]
    return list({post.unit_id: post.unit for post in posts}.values())


def keeps_all(user: User) -> bool:
    """Whether he keeps everybody's phrases, and each unit's."""
    return user.has_role(Role.SYSTEM)


def can_keep(user: User, phrase: Phrase) -> bool:
    led = {unit.pk for unit in units_led(user)}
    return keeps_all(user) or phrase.unit_id in led
