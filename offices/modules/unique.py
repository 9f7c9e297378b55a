"""What no two open entries of a module may say at once.

A room at one time, one member's dues of one month, a number that is given once:
``"unique": [["room", "day", "slot"], …]``. Of each set, where all of it is filled in,
one open entry in a street at most; who comes second is told which was there before.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from offices.models.record import Record
from offices.modules.conditions import EMPTY
from offices.modules.definition import (
    CHOICE,
    CODES,
    COMPUTED,
    DAY,
    MOMENT,
    REF,
    TEXT,
    TIME,
    WHOLE,
    Definition,
)
from offices.modules.values import Checked

# Kinds whose values are the same when they are written the same.
UNIQUE_KINDS = frozenset({TEXT, CHOICE, CODES, DAY, MOMENT, TIME, WHOLE, REF, COMPUTED})


def refuse_twins(definition: Definition, checked: Checked, record: Record) -> None:
    """Note in ``checked`` what another open entry of the street says already. In a
    transaction: whoever writes the same at once waits for the other.
    """
    for names in definition.unique:
        said = {name: checked.values.get(name) for name in names}
        if any(value in EMPTY for value in said.values()):
            continue
        _alone(record, said)
        rows = Record.objects.filter(module=record.module_id, street=record.street_id)
        rows = rows.filter(ended_at__isnull=True, data__contains=said)
        other = rows.exclude(uuid=record.uuid).order_by("pk").first()
        if other is not None:
            labels = "、".join(definition.fields[name].label for name in names)
            told = {"number": other.number, "names": labels}
            checked.refuse(
                names[0],
                _("The entry %(number)s has the same already: %(names)s.") % told,
            )


def _alone(record: Record, said: Mapping[str, Any]) -> None:
    """One after the other, until the transaction ends."""
    key = f"{record.module_id}/{record.street_id}/{sorted(said.items())}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
