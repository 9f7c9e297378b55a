"""What somebody typed into the one box, as conditions that an index answers.

Words are found by pairs of signs in `CaseWords`: trigrams see nothing in two Chinese
ones. Numbers are found from their beginning or by their end.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import (
    BooleanField,
    Expression,
    F,
    Func,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Reverse
from django.db.models.lookups import Contains

from accounts.models import User
from accounts.roles import SEES_UNIT
from cases.models import Case, CaseWords, Order
from govmap.lib.bigrams import Bigrams, HoldsAll
from govmap.lib.sealed import normalised
from layers.finding.search import COURT, PUNCTUATION, form_of
from layers.models import GridCell
from workflow.models import Category

LONGEST = 100  # signs of a search
MOST_TERMS = 6
CELL, COMMUNITY = 15, 12  # digits of a cell's code, and of a community's
# So many digits name something; fewer are a house, a room or a day.
NUMBER_LEAST = 4
# So many are a number of something, and stand in no description that is searched:
# nobody finds a phone there that somebody wrote into one.
ONLY_NUMBER = 7
CODE = re.compile(r"[0-9A-Z-]{4,60}")
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{9,11}")


class Like(Func):
    """``text LIKE pattern``; Django's own lookups are of columns."""

    template = "(%(expressions)s)"
    arg_joiner = " LIKE "
    output_field = BooleanField()


def terms_of(text: str) -> list[str]:
    """The words between blanks and commas; each has to be found."""
    plain = unicodedata.normalize("NFKC", text.replace("\x00", "")[:LONGEST])
    found = [term for term in re.split(r"[\s,，、;；]+", plain) if term]
    return found[:MOST_TERMS]


def is_phone(term: str) -> bool:
    """Whether it looks like the whole of a phone number.

    A number of nine or ten digits may be anything, and is only looked for as such.
    """
    digits = normalised(term)
    return bool(MOBILE.fullmatch(digits) or LANDLINE.fullmatch(digits))


def phones_in(text: str) -> list[str]:
    """The terms that are phones: they are not searched for without a purpose."""
    whole = [text] if is_phone(text) else []
    return whole or [term for term in terms_of(text) if is_phone(term)]


def matching(cases: QuerySet[Case], text: str, user: User) -> QuerySet[Case]:
    """Those of the cases that hold every term: one query for the classes they name."""
    if phones_in(text):
        return cases.none()
    terms = terms_of(text)
    classes = classes_named(terms)
    reads_all = user.has_role(*SEES_UNIT)
    for term in terms:
        words = _Words(term, classes[term], reads_all)
        cases = _holding(cases, words, user)
    return cases


def is_code(term: str) -> bool:
    """Whether so many of its signs are digits that it may be a number of something."""
    digits = sum(sign.isdigit() for sign in term)
    return bool(CODE.fullmatch(term.upper())) and digits >= NUMBER_LEAST


def is_only_code(term: str) -> bool:
    """Whether it is looked for in no text: nobody finds a phone by a part of it."""
    return is_code(term) and sum(sign.isdigit() for sign in term) >= ONLY_NUMBER


def _holding(cases: QuerySet[Case], words: "_Words", user: User) -> QuerySet[Case]:
    if not is_code(words.term):
        return cases.filter(words.within("words__"))
    ids = _numbered(words.term.upper(), user)
    if not is_only_code(words.term):
        told = CaseWords.objects.filter(words.within("")).values("pk")
        ids = ids.union(told)
    return cases.filter(pk__in=ids)


def _numbered(code: str, user: User) -> QuerySet:
    """Ids of the cases with that number, that order, or in that cell."""
    orders = Order.objects.visible_to(user).filter(number__startswith=code)
    ids = [
        Case.objects.filter(number__startswith=code).values("pk"),
        _ending(code).values("pk"),
        orders.order_by().values("case"),
    ]
    if len(code) == CELL and code.isdigit():
        cells = GridCell.objects.filter(code=code)
        ids.append(Case.objects.filter(cell__in=cells.values("pk")).values("pk"))
    if len(code) == COMMUNITY and code.isdigit():
        ids.append(Case.objects.filter(community__code=code).values("pk"))
    return ids[0].union(*ids[1:])


def _ending(code: str) -> QuerySet[Case]:
    """By the end of the number, which is what people read out to each other."""
    pattern = code[::-1].replace("_", r"\_") + "%"
    return Case.objects.filter(Like(Reverse(F("number")), Value(pattern)))


@dataclass(frozen=True)
class _Words:
    """A term that may stand in an address, in what was said, or name classes.

    ``reads_all``: who only reported a case reads what he said, and no other remark.
    """

    term: str
    classes: list[int]
    reads_all: bool

    def within(self, prefix: str) -> Q:
        """As a condition on `CaseWords`, at the end of ``prefix``."""
        found = Q(**{f"{prefix}category__in": self.classes})
        for form in forms_of(self.term):
            found |= holding(form, F(f"{prefix}form"))
            if self.reads_all:
                # As the index says it, which leaves out where nothing was said.
                said = Q(**{f"{prefix}later__gt": ""})
                found |= said & holding(form, F(f"{prefix}later"))
        return found


def holding(form: str, column: Expression | F) -> Q:
    """That the column holds the form: its index of pairs leads there."""
    pairs = sorted({form[at : at + 2] for at in range(len(form) - 1)})
    return Q(HoldsAll(Bigrams(column), Value(pairs))) & Q(Contains(column, form))


def classes_named(terms: Iterable[str]) -> dict[str, list[int]]:
    """Of each term, the classes it names, by name or initials: one query for all."""
    found: dict[str, list[int]] = {term: [] for term in terms}
    wanted = Q(pk=None)
    for term in found:
        wanted |= Q(name__icontains=term) | Q(initials__icontains=term)
    rows = Category.objects.filter(wanted).order_by("pk")
    for key, name, initials in rows.values_list("pk", "name", "initials"):
        for term, keys in found.items():
            sought = term.upper()
            if sought in name.upper() or sought in initials.upper():
                keys.append(key)
    return found


def forms_of(term: str) -> list[str]:
    """As the index has it; 三号楼 also as 3号楼, which is how registers write it.

    One sign alone is found in the names of classes only.
    """
    plain = PUNCTUATION.sub("", unicodedata.normalize("NFKC", term).upper())
    both = {COURT.sub("号", plain), form_of(term)}
    return sorted(form for form in both if len(form) > 1)
