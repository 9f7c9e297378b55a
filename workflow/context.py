"""What every template knows of the site and of its reader.

The row of the site is read once a page, and small numbers come along with it instead of
by queries of their own: those of every page are registered by `brings`, those of one
page are asked for by its view with `bring`.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Expression, Func, IntegerField, QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Site, User

Number = Callable[[User], Expression]
ALWAYS: dict[str, Number] = {}
ASKED = "_brought"  # on the request


class Length(Func):
    """How many an array holds."""

    function = "cardinality"
    output_field = IntegerField()


def how_many(rows: QuerySet[Any, Any]) -> Expression:
    """The number of rows of one column, to be asked along with something else."""
    return Length(ArraySubquery(rows))


def brings(name: str) -> Callable[[Number], Number]:
    """Let ``site.<name>`` be a number of the reader's, on every page."""

    def register(number: Number) -> Number:
        ALWAYS[name] = number
        return number

    return register


def bring(request: HttpRequest, name: str, number: Expression) -> None:
    """Let ``site.<name>`` be that number on the page that is being made."""
    request.__dict__.setdefault(ASKED, {})[name] = number


def site(request: HttpRequest) -> dict[str, Any]:
    """The loaded site (None before ``load_site``): one query, where a page asks."""
    user = getattr(request, "user", None)

    def read() -> Site | None:
        rows = Site.objects.order_by("pk")
        if user is not None and user.is_authenticated:
            always = {name: number(user) for name, number in ALWAYS.items()}
            rows = rows.annotate(**always, **request.__dict__.get(ASKED, {}))
        return rows.first()

    return {"site": SimpleLazyObject(read)}
