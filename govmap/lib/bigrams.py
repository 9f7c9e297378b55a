"""Words found by pairs of neighbouring signs: trigrams see nothing in two Chinese ones.

`search_bigrams()` is a function of the database; a GIN index over it answers whether a
text has all the pairs of what somebody typed. That they stand together is asked of
the rows that are left.
"""

from django.db.models import BooleanField, F, Func, Q, TextField, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan


class Bigrams(Func):
    """The pairs of neighbouring signs: what the index holds."""

    function = "search_bigrams"
    output_field = TextField()


class HoldsAll(Func):
    """True where the first array holds all of the second."""

    template = "(%(expressions)s)"
    arg_joiner = " @> "
    output_field = BooleanField()


def pairs_of(form: str) -> list[str]:
    return sorted({form[at : at + 2] for at in range(len(form) - 1)})


def holds(field: str, form: str) -> Q:
    """That the column's text holds the form; of one sign alone no index says it."""
    whole = Q(GreaterThan(StrIndex(F(field), Value(form)), 0))
    if len(form) < 2:
        return whole
    return Q(HoldsAll(Bigrams(F(field)), Value(pairs_of(form)))) & whole
