"""A draft that changes or removes one published row, made without any file."""

import json
from typing import Any

from django.utils.translation import gettext_noop
from uuid_utils.compat import uuid7

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict
from layers.imports import reasons
from layers.models import Layer, Version
from layers.reading.trouble import Trouble
from layers.versions import publishing
from layers.versions.staging import TABLE, Difference, Staging, valid_fields


class NothingToChange(BadInput):
    """The layer says so already. Correct a value, or accept it for the next version."""

    message = gettext_noop(
        "The layer says so already. Correct a value, or accept it for the next version."
    )


class NoSuchRow(Conflict):
    """The layer no longer has this feature. Look at its newest version."""

    message = gettext_noop(
        "The layer no longer has this feature. Look at its newest version."
    )


class RowRefused(BadInput):
    """What the layer feeds cannot take the row so."""

    message = gettext_noop("The layer cannot take the row so: %(reason)s.")


class OneRow(Staging):
    """One row of what is published, in its new form or gone; the others stay.

    Costs the same in a layer of any size: rows that stay are neither copied nor
    compared.
    """

    removed = ""

    def change(self, key: str, values: dict[str, Any]) -> None:
        """Stages the row with these attributes; those that are None fall away."""
        kept = {name: value for name, value in values.items() if value is not None}
        self._execute(
            f"INSERT INTO {TABLE} (number, key, geometry, mercator, properties)"
            " SELECT 1, key, geometry, mercator,"
            "  (properties || %(kept)s::jsonb) - %(empty)s::text[]"
            " FROM layers_feature WHERE layer_id = %(layer)s AND known_to IS NULL"
            " AND key = %(key)s",
            key=key,
            kept=json.dumps(kept),
            empty=[name for name, value in values.items() if value is None],
        )

    def remove(self, key: str) -> None:
        self.removed = key

    def compare(self, version: Version) -> Difference:
        values = {"version": version.pk, "as_of": version.as_of, "key": self.removed}
        values |= valid_fields(self.layer)
        changed = self._count(_CHANGED, **values)
        closed = self._count(_REMOVED, **values)
        before = version.base.rows if version.base else 0
        return Difference(0, changed, 0, closed, 0, before - closed)


def amend(
    layer: Layer,
    key: str,
    *,
    values: dict[str, Any],
    removal: bool,
    source: str,
    by: User,
) -> Version:
    """A draft of the layer with one row changed by ``values``, or without it.

    ``values``: {field: value as the schema has it, or None}. Raises NoSuchRow,
    NothingToChange, RowRefused, and what `publishing.draft` raises.
    """
    open_row = layer.features.current().filter(key=key)
    if not layer.published or not open_row.exists():
        raise NoSuchRow
    with OneRow.of(layer) as staging:
        if removal:
            staging.remove(key)
        else:
            staging.change(key, values)
        drafted = _draft(staging, source[:200], removal=removal, by=by)
    if not drafted.differs:
        raise NothingToChange
    # The figures are those of the layer: one row more or less says nothing of it.
    version = drafted.version
    version.quality = layer.published.quality
    version.save(update_fields=["quality"])
    return version


def _draft(
    staging: Staging, source: str, *, removal: bool, by: User
) -> publishing.Drafted:
    try:
        return publishing.draft(
            staging,
            publishing.Source(source, ""),
            by=by,
            act_id=uuid7(),
            may_be_empty=removal,
        )
    except Trouble as trouble:
        refused = trouble.details["refused"][0]
        raise RowRefused(reason=reasons.of_row(refused)) from trouble


# So from the day of the version, or as the row itself says.
_VALID = """
daterange(
    coalesce(nullif(row.properties->>%(valid_from)s, '')::date,
        CASE WHEN nullif(row.properties->>%(valid_to)s, '')::date <= %(as_of)s::date
        THEN NULL ELSE %(as_of)s::date END),
    nullif(row.properties->>%(valid_to)s, '')::date)
"""
_OPEN = "open.layer_id = %(layer)s AND open.known_to IS NULL"
_CHANGED = f"""
INSERT INTO layers_draftrow
    (version_id, change, key, geometry, mercator, properties, valid, cell)
SELECT %(version)s, 'changed', row.key, row.geometry, row.mercator, row.properties,
    {_VALID}, open.cell
FROM {TABLE} row JOIN layers_feature open ON {_OPEN} AND open.key = row.key
WHERE row.geometry IS NOT NULL AND open.properties <> row.properties
"""
_REMOVED = f"""
INSERT INTO layers_draftrow
    (version_id, change, key, geometry, mercator, properties, valid, cell)
SELECT %(version)s, 'gone', open.key, open.geometry, open.mercator, open.properties,
    open.valid, open.cell
FROM layers_feature open WHERE {_OPEN} AND open.key = %(key)s
"""
