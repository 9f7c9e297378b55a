"""Records by what somebody typed: internal words in part, sealed values exactly."""

import re

from django.db.models import Q, QuerySet

from accounts.models import User
from cases.finding.terms import is_phone
from govmap.lib.sealed import keyed_hashes
from offices.models import RegisterReading
from offices.models.record import Record, RecordKey
from offices.modules.definition import Definition
from offices.modules.keeping import stored_form
from offices.registers import finding, reading
from offices.registers.words import held

TERMS = 6
# Records of one sealed value, such as a common name.
MOST_KEYS = 1000
CODE = re.compile(r"^[A-Z]?\d{6,26}$")


def terms_of(text: str) -> list[str]:
    """The words between blanks and commas; a phone is one, whatever blanks it has."""
    parts = [text] if is_phone(text) else re.split(r"[\s,，、;；]+", text)
    return [term for term in parts if term][:TERMS]


def searched(
    rows: QuerySet[Record],
    definition: Definition,
    text: str,
    user: User | None = None,
) -> QuerySet[Record]:
    """Those of one module that hold every term. ``user``: as of `words.held`."""
    has_keys = any(not one.is_open for one in definition.searched)
    return matching(rows, text, has_keys=has_keys, user=user)


def matching(
    rows: QuerySet[Record],
    text: str,
    *,
    has_keys: bool = True,
    user: User | None = None,
) -> QuerySet[Record]:
    """Those that hold every term.

    No term is looked for in a subquery: the index of each kind answers then.
    """
    for term in terms_of(text):
        form = stored_form(term)
        where = Q()
        if CODE.match(form):
            where |= Q(number__startswith=form)
        if len(form) >= 2:
            where |= held(Record, form, user)
        if has_keys and (keys := keyed(term)):
            where |= Q(pk__in=keys)
        rows = rows.filter(where) if where else rows.none()
    return rows


def keyed(term: str) -> list[int]:
    """Records that keep the term itself sealed, the newest first."""
    found = RecordKey.objects.filter(hash__in=keyed_hashes(term))
    ids = found.order_by("-record").values_list("record", flat=True)
    return sorted(set(ids[:MOST_KEYS]))


def note_search(by: User, text: str) -> None:
    """That somebody looked for a whole number or phone goes into the log of readings.

    A part of one finds nothing that is sealed, and is no reading.
    """
    if finding.is_number(text):
        what = RegisterReading.What
        is_phone = finding.is_phone(text)
        found = what.FIND_PHONE if is_phone else what.FIND_NUMBER
        reading.note(by, found, said=f"••••{finding.plain(text)[-4:]}")
