"""The address book as people look into it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from accounts.models import Unit, User
from workflow.models import Contact, Shift
from workflow.pinyin import initials
from workflow.roster.duty import on_duty
from workflow.roster.permissions import can_keep

SHOWN = 60  # units on a page
QUERY_MOST = 40  # signs


@dataclass
class Entry:
    """One unit with its numbers and who is on duty there."""

    unit: Unit
    is_own: bool
    contacts: list[Contact] = field(default_factory=list)
    duty: list[Shift] = field(default_factory=list)
    keeps: bool = False


@dataclass(frozen=True)
class Page:
    entries: list[Entry]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.entries)


def look(user: User, query: str, moment: datetime, *, most: int = SHOWN) -> Page:
    """Units by name, post, number or who is on duty; the own ones first.

    ``query`` may be initials of the pinyin (``xcaj``). Without one: all units that
    have a number or somebody on duty.
    """
    own = {post.unit_id for post in user.posts}
    near = {post.unit.parent_id for post in user.posts} - {None}
    rows = Contact.objects.in_use().select_related("unit")
    entries: dict[int, Entry] = {}
    for contact in rows:
        entry = entries.setdefault(
            contact.unit_id, Entry(contact.unit, contact.unit_id in own)
        )
        entry.contacts.append(contact)
    for unit in _others(own, set(entries), query):
        entries[unit.pk] = Entry(unit, unit.pk in own)
    for unit_id, shifts in on_duty(entries, moment).items():
        entries[unit_id].duty = shifts
    found = [row for row in entries.values() if _fits(row, query)]
    found.sort(key=lambda row: (not row.is_own, row.unit.pk not in near, row.unit.code))
    shown = found[:most]
    for entry in shown:
        entry.keeps = can_keep(user, entry.unit)
    return Page(shown, len(found))


def _others(own: set[int], known: set[int], query: str) -> Iterable[Unit]:
    """Units without a number: one's own, and those that a search may mean."""
    rows = Unit.objects.exclude(pk__in=known)
    return rows if query else rows.filter(pk__in=own)


def _fits(entry: Entry, query: str) -> bool:
    """Each word of the query is found somewhere in the entry."""
    texts = [entry.unit.name, entry.unit.name_en]
    texts += [text for row in entry.contacts for text in (row.post, row.note)]
    texts += [str(shift.person) for shift in entry.duty]
    plain = "\n".join(texts).lower()
    letters = "\n".join(_initials(text) for text in texts)
    digits = "\n".join(_digits(row.phone) for row in entry.contacts)
    return all(
        word in plain
        or (word.isascii() and word.isalnum() and word in letters)
        or (len(_digits(word)) > 2 and _digits(word) in digits)
        for word in query.lower().split()
    )


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())


@lru_cache(maxsize=4096)
def _initials(text: str) -> str:
    return initials(text)
