"""Reading a site package's files: what is wrong names its file, line and remedy."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from govmap.lib.errors import BadInput


def read_json(path: Path) -> Any:
    """Raises BadInput where the file is missing, not UTF-8 or no JSON."""
    try:
        return json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise BadInput(
            f"{path.name}, line {error.lineno}: no valid JSON ({error.msg})."
            " Correct it there or write the file anew."
        ) from error


def read_rows(
    path: Path, columns: tuple[str, ...]
) -> Iterator[tuple[str, dict[str, str]]]:
    """``(where, row)`` of every line of a CSV file; cells are stripped.

    Raises BadInput where the file is missing, not UTF-8, or lacks a column.
    """
    lines = csv.reader(_text(path).splitlines(keepends=True), strict=True)
    header = next(lines, [])
    if missing := [name for name in columns if name not in header]:
        raise BadInput(
            f"{path.name}, line 1: column {', '.join(missing)} is missing."
            f" The header must name {', '.join(columns)}."
        )
    try:
        for cells in lines:
            where = f"{path.name}, line {lines.line_num}"
            if len(cells) != len(header):
                raise BadInput(
                    f"{where}: {len(cells)} cells where the header has {len(header)}."
                    " Put text that holds commas or quotes into quotes."
                )
            yield (
                where,
                dict(zip(header, (cell.strip() for cell in cells), strict=True)),
            )
    except csv.Error as error:
        raise BadInput(
            f"{path.name}, line {lines.line_num}: no valid CSV ({error})."
        ) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise BadInput(
            f"{path.name} is missing in {path.parent}. Add it to the package."
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{path.name} is not UTF-8 (byte {error.start}). Save it as UTF-8."
        ) from error
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror}).") from error
