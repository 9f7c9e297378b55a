"""Lists that are compared as a part of a site package: registers/comparisons.json."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Unit
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from offices.comparison.forms import DAYS, TITLE_MOST
from offices.comparison.listed import comparable, fields_of
from offices.models import ComparisonRound, ComparisonSource, Register
from offices.models.comparison import COMPARED
from workflow.package_rows import PackageRows, changed_by_hand

FILE = "registers/comparisons.json"
SAID = (
    "A list is {code, name, owner, register} with street, basis, columns, compared,"
    " absence, every_days, answer_days and retired where it has them."
)


def load(folder: Path, progress: Callable[[str], None]) -> None:
    """The package's lists; without the file none. Safe to run twice.

    What a person changed stays, unless the package says otherwise than when it was
    loaded last. Raises BadInput; then nothing is changed.
    """
    path = folder / FILE
    if path.exists():
        progress(f"lists compared: {load_data(read_json(path), name=path.name)}")


@transaction.atomic
def load_data(data: Any, *, name: str, anew: bool = False) -> str:
    """Take over lists; ``anew``: also what was changed here since.

    What the file leaves out stays. Returns a line for a report.
    """
    if not isinstance(data, dict) or not isinstance(data.get("lists"), list):
        raise BadInput(f"{name} needs “lists”.")
    by_hand = changed_by_hand(ComparisonSource)
    there = ComparisonSource.objects.values_list("pk", "code")
    known = PackageRows(
        "lists compared", by_hand=[code for pk, code in there if str(pk) in by_hand]
    )
    try:
        for row in data["lists"]:
            if known.is_new(row["code"], row) or anew:
                _write(row)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput(f"{name}: {error!r}. {SAID}") from error
    known.keep()
    return f"{len(data['lists'])} lists"


def _write(row: dict[str, Any]) -> None:
    code, register = str(row["code"]), Register(row["register"])
    if register not in COMPARED:
        raise ValueError(f"{code}: {register} is not compared")
    columns = {str(name): str(title) for name, title in row.get("columns", {}).items()}
    compared = [str(name) for name in row.get("compared", ())]
    unknown = set(compared) - {one.name for one in comparable(register)}
    unknown |= set(columns) - {one.name for one in fields_of(register)}
    if unknown:
        raise ValueError(f"{code}: no fields {', '.join(sorted(unknown))}")
    days, every = int(row.get("answer_days", 10)), row.get("every_days")
    if days not in DAYS or (every is not None and int(every) < 1):
        raise ValueError(f"{code}: days")
    _check_register(code, register)
    street = _unit(row["street"]) if row.get("street") else None
    if street is not None and street.kind != Unit.Kind.STREET:
        raise ValueError(f"{code}: {street.code} is no street")
    said = {
        "name": str(row["name"])[:100],
        "owner": _unit(row["owner"]),
        "register": register,
        "street": street,
        "basis": str(row.get("basis", ""))[:200],
        "columns": {name: title[:TITLE_MOST] for name, title in columns.items()},
        "compared": compared,
        "absence": ComparisonSource.Absence(row.get("absence", "listed")),
        "every_days": None if every is None else int(every),
        "answer_days": days,
        "retired": bool(row.get("retired", False)),
    }
    _keep(code, said)


def _keep(code: str, said: dict[str, Any]) -> None:
    rows = ComparisonSource.objects.filter(code=code)
    source = rows.first() or ComparisonSource(code=code)
    for name, value in said.items():
        setattr(source, name, value)
    try:
        source.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise ValueError(f"{code}: {' '.join(error.messages)}") from error
    source.save()


def _check_register(code: str, register: str) -> None:
    """A list that came already is about the register that it was about."""
    rows = ComparisonRound.objects.filter(source__code=code)
    if rows.exclude(source__register=register).exists():
        raise ValueError(f"{code}: it has come for another register")


def _unit(code: Any) -> Unit:
    unit = Unit.objects.filter(code=str(code)).first()
    if unit is None:
        raise ValueError(f"no unit {code}")
    return unit


def export() -> dict[str, Any]:
    """The lists as a site package has them."""
    rows = ComparisonSource.objects.select_related("owner", "street").order_by("code")
    return {"lists": [_export(row) for row in rows]}


def _export(row: ComparisonSource) -> dict[str, Any]:
    said: dict[str, Any] = {
        "code": row.code,
        "name": row.name,
        "owner": row.owner.code,
        "register": row.register,
    }
    more = {
        "street": row.street.code if row.street else None,
        "basis": row.basis,
        "columns": row.columns,
        "compared": row.compared,
        "absence": row.absence,
        "every_days": row.every_days,
        "answer_days": row.answer_days,
        "retired": row.retired,
    }
    return said | {name: value for name, value in more.items() if value}
