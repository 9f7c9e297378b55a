"""What somebody typed into the one box, as conditions that an index answers.

Words are found by pairs of signs in `CaseWords`: trigrams see nothing in two Chinese
ones. Numbers are found from their beginning or by their end.
"""

import re
import unicodedata

from django.db.models import (
    BooleanField,
    F,
    Func,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Reverse

from accounts.models import User
from cases.models import Case, CaseWords, Order
from govmap.lib.sealed import normalised
from layers.finding.search import COURT, PUNCTUATION, Bigrams, HoldsAll, form_of
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
    """Those of the cases that hold every term."""
    if phones_in(text):
        return cases.none()
    for term in terms_of(text):
        cases = _holding(cases, term, user)
    return cases


def _holding(cases: QuerySet[Case], term: str, user: User) -> QuerySet[Case]:
    code = term.upper()
    digits = sum(sign.isdigit() for sign in code)
    if not CODE.fullmatch(code) or digits < NUMBER_LEAST:
        return cases.filter(_words(term))
    ids = _numbered(code, user)
    if digits < ONLY_NUMBER:
        told = CaseWords.objects.filter(_words(term, "")).values("pk")
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


def _words(term: str, prefix: str = "words__") -> Q:
    """Address, description or class; classes by the initials of their pinyin too."""
    found = Q(**{f"{prefix}category__in": _classes(term)})
    for form in _forms(term):
        pairs = sorted({form[at : at + 2] for at in range(len(form) - 1)})
        held = HoldsAll(Bigrams(F(f"{prefix}form")), Value(pairs))
        found |= Q(held) & Q(**{f"{prefix}form__contains": form})
    return found


def _classes(term: str) -> list[int]:
    rows = Category.objects.filter(
        Q(name__icontains=term) | Q(initials__icontains=term)
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _forms(term: str) -> list[str]:
    """As the index has it; 三号楼 also as 3号楼, which is how registers write it.

    One sign alone is found in the names of classes only.
    """
    plain = PUNCTUATION.sub("", unicodedata.normalize("NFKC", term).upper())
    both = {COURT.sub("号", plain), form_of(term)}
    return sorted(form for form in both if len(form) > 1)
