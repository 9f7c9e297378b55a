"""The registers' part of a site package: registers/codes.json, in and out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from offices.models import Code, CodeList, SensitiveGroup
from workflow.package_rows import PackageRows, changed_by_hand

FILE = "registers/codes.json"
USUAL = Path(__file__).parent / "usual" / "codes.json"


def load(folder: Path, progress: Callable[[str], None]) -> None:
    """The package's lists, or the usual ones. Safe to run twice.

    What an administrator changed stays, unless the package says otherwise than when it
    was loaded last. Raises BadInput; then nothing is changed.
    """
    path = folder / FILE
    line = load_data(read_json(path if path.exists() else USUAL), name=path.name)
    progress(f"registers: {line}")


@transaction.atomic
def load_data(data: Any, *, name: str, anew: bool = False) -> str:
    """Take over lists and groups; ``anew``: also what was changed here since.

    What the file leaves out stays. Whether a group is open is no part of a package:
    only a person opens it. Returns a line for a report.
    """
    if not isinstance(data, dict) or not isinstance(data.get("lists"), dict):
        raise BadInput(f"{name} needs “groups” and “lists”.")
    try:
        groups = _groups(data.get("groups", []), anew=anew)
        count = _lists(data["lists"], groups, anew=anew)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"{name}: {error!r}. A list is {{title, standard, codes}}, a code"
            " [code, Chinese, English] with {color, group} behind where it has one."
        ) from error
    return f"{len(data['lists'])} code lists, {count} codes, {len(groups)} groups"


def _groups(told: list[dict[str, Any]], *, anew: bool) -> dict[str, SensitiveGroup]:
    known = _known("register groups", SensitiveGroup, "code")
    for order, row in enumerate(told, start=1):
        if known.is_new(row["code"], row) or anew:
            SensitiveGroup.objects.update_or_create(
                code=row["code"],
                defaults={
                    "titles": row["title"],
                    "competent": row.get("competent", ""),
                    "readers": row.get("readers", []),
                    "order": order,
                },
            )
    known.keep()
    return {row.code: row for row in SensitiveGroup.objects.all()}


def _lists(
    told: dict[str, dict[str, Any]], groups: dict[str, SensitiveGroup], *, anew: bool
) -> int:
    known = _known("register lists", CodeList, "code")
    rows = _known("register codes", Code, "list__code", "code")
    there = {(row.list.code, row.code): row for row in _all_codes()}
    fresh: list[Code] = []
    for order, (name, one) in enumerate(told.items(), start=1):
        said = {"titles": one["title"], "standard": one.get("standard", "")}
        held = CodeList.objects.filter(code=name).first() or CodeList(code=name)
        if known.is_new(name, said) or anew or held.pk is None:
            held.titles, held.standard = said["titles"], said["standard"]
            held.order = order
            held.save()
        for place, code in enumerate(one["codes"], start=1):
            if not rows.is_new(f"{name} {code[0]}", code) and not anew:
                continue
            row = there.get((name, code[0])) or Code(list=held, code=code[0])
            _fill(row, code, place, groups)
            fresh.append(row)
    _write(fresh)
    known.keep()
    rows.keep()
    return sum(len(one["codes"]) for one in told.values())


def _fill(
    row: Code, told: list[Any], order: int, groups: dict[str, SensitiveGroup]
) -> None:
    code, chinese, english, *rest = told
    more = rest[0] if rest else {}
    if not 0 < len(code) <= 16:
        raise ValueError(f"{code}: a code has 1 to 16 signs")
    row.titles = {"zh-hans": chinese, "en": english}
    row.order, row.color = order, more.get("color", "")
    row.group = groups[more["group"]] if more.get("group") else None
    if not more.get("retired"):
        row.retired_at = None
    elif row.retired_at is None:
        row.retired_at = timezone.localdate()


def _write(rows: list[Code]) -> None:
    Code.objects.bulk_create([row for row in rows if row.pk is None])
    old = [row for row in rows if row.pk]
    fields = ["titles", "order", "color", "group", "retired_at"]
    Code.objects.bulk_update(old, fields)


def _all_codes() -> Any:
    return Code.objects.select_related("list", "group")


def _known(
    table: str, model: type[CodeList | Code | SensitiveGroup], *key: str
) -> PackageRows:
    by_hand = changed_by_hand(model)
    rows = model._default_manager.values_list("pk", *key)
    return PackageRows(
        table, by_hand=[" ".join(said) for pk, *said in rows if str(pk) in by_hand]
    )


def export() -> dict[str, Any]:
    """Lists and groups as a site package has them; retired codes too."""
    codes: dict[int, list[Any]] = {}
    for row in _all_codes():
        codes.setdefault(row.list_id, []).append(_export_code(row))
    groups = SensitiveGroup.objects.all()
    return {
        "groups": [
            {
                "code": row.code,
                "title": row.titles,
                "competent": row.competent,
                "readers": row.readers,
            }
            for row in groups
        ],
        "lists": {
            row.code: {
                "title": row.titles,
                "standard": row.standard,
                "codes": codes.get(row.pk, []),
            }
            for row in CodeList.objects.all()
        },
    }


def _export_code(row: Code) -> list[Any]:
    more = {
        "color": row.color,
        "group": row.group.code if row.group else "",
        "retired": bool(row.retired_at),
    }
    kept = {name: value for name, value in more.items() if value}
    said = [row.code, row.titles.get("zh-hans", ""), row.titles.get("en", "")]
    return [*said, kept] if kept else said
