"""Finding an old case by the same words as a case: each by an index.

Cases of an old system are never changed, so the index of pairs reads their own columns.
"""

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Reverse

from cases.finding.terms import (
    Like,
    classes_named,
    forms_of,
    holding,
    is_code,
    is_only_code,
    terms_of,
)
from cases.models import OldCase


class OldWords(Func):
    """Address, description and classes as they are compared: `old_by_words`."""

    function = "old_words_form"
    output_field = TextField()


WORDS = ("address", "note", "main_class", "sub_class")


def matching(cases: QuerySet[OldCase], text: str) -> QuerySet[OldCase]:
    """Those of the cases that hold every term: one query for the classes they name."""
    terms = terms_of(text)
    classes = classes_named(terms)
    for term in terms:
        cases = cases.filter(_holds(term, classes[term]))
    return cases


def _holds(term: str, classes: list[int]) -> Q:
    if is_only_code(term):
        return _numbered(term)
    said = _said(term, classes)
    return _numbered(term) | said if is_code(term) else said


def _numbered(term: str) -> Q:
    """By the beginning of the number, or by its end, as people read it out."""
    start = Like(F("number"), Value(_pattern(term)))
    return Q(start) | Q(Like(Reverse(F("number")), Value(_pattern(term[::-1]))))


def _pattern(text: str) -> str:
    return text.replace("\\", r"\\").replace("_", r"\_").replace("%", r"\%") + "%"


def _said(term: str, classes: list[int]) -> Q:
    found = Q(category__in=classes)
    for form in forms_of(term):
        found |= holding(form, OldWords(*WORDS))
    return found


def of_class(cases: QuerySet[OldCase], name: str) -> QuerySet[OldCase]:
    """By the class as the old system called it, or as it is called here."""
    wanted = Q(category__in=classes_named([name])[name])
    for form in forms_of(name):
        named = Q(main_class__contains=name) | Q(sub_class__contains=name)
        wanted |= holding(form, OldWords(*WORDS)) & named
    return cases.filter(wanted)
