"""Loading a site again keeps what its administrators changed on the pages.

A row of a package is written only where the package says otherwise than when it was
loaded last. What it said is kept as a digest (`PackageRow`), not as what is in force.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models

from workflow.models import PackageRow

AT_ONCE = 1000


class PackageRows:
    """The rows of one table of a package, from its last loading to this one.

    ``by_hand``: rows that people changed before anything was kept of packages; they
    stay until the package says something else.
    """

    def __init__(self, table: str, *, by_hand: Iterable[str] = ()) -> None:
        self.table = table
        rows = PackageRow.objects.filter(table=table)
        self.before = dict(rows.values_list("key", "digest"))
        self.told: dict[str, str] = {}
        self._by_hand = set() if self.before else set(by_hand)

    def is_new(self, key: str, said: Any) -> bool:
        """Whether the package says of this row what it did not say last time."""
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.told[key] = digest
        if key in self.before:
            return self.before[key] != digest
        return key not in self._by_hand

    def fresh(
        self, rows: Iterable[tuple[str, dict[str, str]]], *columns: str
    ) -> Iterator[tuple[str, dict[str, str]]]:
        """Those rows of a table that are new, named by what is in ``columns``."""
        for where, row in rows:
            if self.is_new(" ".join(row.get(name, "") for name in columns), row):
                yield where, row

    @property
    def gone(self) -> set[str]:
        """What the package named last time and names no longer."""
        return set(self.before) - set(self.told)

    def keep(self) -> None:
        """Remember all that was told, and forget what is gone."""
        PackageRow.objects.filter(table=self.table, key__in=self.gone).delete()
        rows = [
            PackageRow(table=self.table, key=key, digest=digest)
            for key, digest in self.told.items()
            if self.before.get(key) != digest
        ]
        PackageRow.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["table", "key"],
            update_fields=["digest"],
            batch_size=AT_ONCE,
        )


def changed_by_hand(model: type[models.Model]) -> set[str]:
    """Primary keys (as text) of the rows that a person changed last."""
    last: dict[str, bool] = {}
    for copy in model.pgh_event_models.values():  # type: ignore[attr-defined]
        rows = copy._default_manager.order_by("pgh_id")
        for key, known in rows.values_list("pgh_obj_id", "pgh_context__metadata"):
            last[str(key)] = bool((known or {}).get("user"))
        # Insert, update and delete are kept in one table of events.
        break
    return {key for key, by_person in last.items() if by_person}
