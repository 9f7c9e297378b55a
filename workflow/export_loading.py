"""Who may export what, of a site package: read and written in one format."""

from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.roles import Role
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow.exporting import MOST_ROWS, known
from workflow.models import ExportRule

USUAL = Path(__file__).parent / "usual" / "exports.json"
NUMBERS = ("rows", "rows_a_day", "approve_above", "keep_days")
FLAGS = ("personal", "approves")


def load(path: Path) -> str:
    """The rules of the file; without it those that are, and at first the usual ones."""
    if path.exists():
        return load_data(read_json(path), name=path.name)
    usual = read_json(USUAL)
    if ExportRule.objects.exists():
        # A list that can be exported since has rules of its own, and none here yet.
        known = set(ExportRule.objects.values_list("register", flat=True))
        new = [told for told in usual if told.get("register", "") not in known]
        return load_data(new, name=USUAL.name) if new else "left as they are"
    return load_data(usual, name=USUAL.name)


@transaction.atomic
def load_data(data: Any, *, name: str) -> str:
    """Rows of a file called ``name``. Returns a line for a report.

    A row that the package said the same of before is left as the administrator made
    it since. Raises BadInput that says what to write instead; then nothing is changed.
    """
    if not isinstance(data, list):
        raise BadInput(f"{name} must be a list of rules.")
    changed = 0
    for number, told in enumerate(data, start=1):
        try:
            changed += _save(told)
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(
                f"{name}: rule {number}: {error}. It needs role, rows, rows_a_day,"
                " approve_above and keep_days."
            ) from error
    return f"{len(data)} rules, {changed} changed"


def _save(told: dict[str, Any]) -> bool:
    """Whether that changed anything."""
    register, role = str(told.get("register", "")), Role(told["role"]).value
    row = ExportRule.objects.filter(register=register, role=role).first()
    if row is not None and row.loaded == told:
        return False
    row = row or ExportRule(register=register, role=role)
    for number in NUMBERS:
        setattr(row, number, _count(told[number], number))
    for flag in FLAGS:
        setattr(row, flag, bool(told.get(flag, False)))
    row.columns = [str(column) for column in told.get("columns", [])]
    row.in_use, row.loaded = bool(told.get("in_use", True)), told
    check(row)
    row.save()
    return True


def _count(value: Any, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    return value


class TooManyRows(ValueError):
    """More than one file of the list ever holds."""

    def __init__(self, most: int) -> None:
        super().__init__(f"rows are at most {most} in one file")
        self.most = most


def check(row: ExportRule) -> None:
    """Raises ValueError for what cannot be."""
    register = known(row.register)
    most = register.most_rows if register else MOST_ROWS
    if row.rows > most:
        raise TooManyRows(most)
    if row.rows_a_day < row.rows:
        raise ValueError("rows_a_day is less than rows")
    if not 1 <= row.keep_days <= 90:
        raise ValueError("keep_days is from 1 to 90")


def export() -> list[dict[str, Any]]:
    """The rules as a site package has them."""
    return [export_rule(row) for row in ExportRule.objects.all()]


def export_rule(row: ExportRule) -> dict[str, Any]:
    data: dict[str, Any] = {"register": row.register} if row.register else {}
    data |= {"role": row.role}
    data |= {name: getattr(row, name) for name in NUMBERS}
    data |= {name: True for name in FLAGS if getattr(row, name)}
    if row.columns:
        data["columns"] = row.columns
    if not row.in_use:
        data["in_use"] = False
    return data
