"""The record of a site's settings: who changed which row, when, and from what to what.

A model decorated with `kept` has its rows copied by triggers, whatever changed them;
`recorded` says who does it. Never for features, events or cases: they keep their own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import pghistory
import pgtrigger
from django.contrib.auth import get_user_model
from django.db import models, transaction
from pghistory.models import Events

if TYPE_CHECKING:
    from accounts.models import User

M = TypeVar("M", bound=type[models.Model])
SHOWN = 50


def kept(model: M) -> M:
    """Keep every state of this model's rows, append-only."""
    track = pghistory.track(
        pghistory.InsertEvent("insert"),
        pghistory.UpdateEvent("update"),
        pghistory.DeleteEvent("delete"),
        append_only=True,
    )
    return track(model)


def kept_but(*hidden: str) -> Callable[[M], M]:
    """As `kept`, for tables that whole lists are imported into: a trigger a statement,
    not a row. The ``hidden`` fields, sealed texts and their hashes, are not copied:
    who changes a key seals the rows, and a copy cannot be sealed anew.
    """
    return pghistory.track(
        *(
            event(label, level=pgtrigger.Statement)
            for label, event in (
                ("insert", pghistory.InsertEvent),
                ("update", pghistory.UpdateEvent),
                ("delete", pghistory.DeleteEvent),
            )
        ),
        exclude=list(hidden),
        append_only=True,
    )


@contextmanager
def recorded(by: "User", *, address: str = "") -> Iterator[None]:
    """What is changed within is recorded as this person's; all of it or nothing."""
    with transaction.atomic(), pghistory.context(user=by.pk, address=address):
        yield


@dataclass(frozen=True)
class Change:
    """One change of one row. ``what``: ``{field: (before, after)}``."""

    at: datetime
    deed: str  # insert, update or delete
    by: "User | None"  # None: a site package, or somebody at the database
    model: str
    row_id: str
    what: dict[str, tuple[Any, Any]]


def changes_of(*models_: type[models.Model], row_id: object = None) -> list[Change]:
    """The last changes of these models, newest first; of one row where it is named."""
    kept_in = {copy for model in models_ for copy in model.pgh_event_models.values()}  # type: ignore[attr-defined]
    # Only these tables: all that are kept would make one statement of 1,000 lines.
    rows = Events.objects.across(*kept_in)
    if row_id is not None:
        rows = rows.filter(pgh_obj_id=str(row_id))
    found = list(rows.order_by("-pgh_created_at")[:SHOWN])
    ids = {(row.pgh_context or {}).get("user") for row in found}
    people = get_user_model()._default_manager.in_bulk([pk for pk in ids if pk])
    return [
        Change(
            at=row.pgh_created_at,
            deed=row.pgh_label,
            by=people.get((row.pgh_context or {}).get("user")),
            model=row.pgh_obj_model,
            row_id=str(row.pgh_obj_id),
            what={name: tuple(pair) for name, pair in (row.pgh_diff or {}).items()},
        )
        for row in found
    ]
