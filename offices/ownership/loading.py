"""Owners of fields as a part of a site package: registers/owners.json, in and out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from offices.models import FieldOwner, Register
from workflow.package_rows import PackageRows, changed_by_hand

FILE = "registers/owners.json"
USUAL = Path(__file__).parent / "usual" / "owners.json"


def load(folder: Path, progress: Callable[[str], None]) -> None:
    """The package's owners, or the usual ones. Safe to run twice.

    What an administrator changed stays, unless the package says otherwise than when it
    was loaded last. Raises BadInput; then nothing is changed.
    """
    path = folder / FILE
    line = load_data(read_json(path if path.exists() else USUAL), name=path.name)
    progress(f"owners of fields: {line}")


@transaction.atomic
def load_data(data: Any, *, name: str, anew: bool = False) -> str:
    """Take over groups of fields; ``anew``: also what was changed here since.

    What the file leaves out stays. Returns a line for a report.
    """
    if not isinstance(data, dict) or not isinstance(data.get("owners"), list):
        raise BadInput(f"{name} needs “owners”.")
    known = _known()
    try:
        for order, row in enumerate(data["owners"], start=1):
            key = f"{Register(row['register'])} {row['code']}"
            if known.is_new(key, row) or anew:
                _write(row, order)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"{name}: {error!r}. An owner is {{register, code, title, fields, owner,"
            " days}}."
        ) from error
    known.keep()
    return f"{len(data['owners'])} groups of fields"


def _write(row: dict[str, Any], order: int) -> None:
    FieldOwner.objects.update_or_create(
        register=row["register"],
        code=row["code"],
        defaults={
            "titles": row["title"],
            "fields": [str(name) for name in row["fields"]],
            "owner": str(row["owner"])[:40],
            "days": max(int(row.get("days", 5)), 1),
            "order": order,
        },
    )


def _known() -> PackageRows:
    by_hand = changed_by_hand(FieldOwner)
    rows = FieldOwner.objects.values_list("pk", "register", "code")
    return PackageRows(
        "owners of fields",
        by_hand=[
            f"{register} {code}" for pk, register, code in rows if str(pk) in by_hand
        ],
    )


def export() -> dict[str, Any]:
    """The owners as a site package has them."""
    return {
        "owners": [
            {
                "register": row.register,
                "code": row.code,
                "title": row.titles,
                "fields": row.fields,
                "owner": row.owner,
                "days": row.days,
            }
            for row in FieldOwner.objects.all()
        ]
    }
