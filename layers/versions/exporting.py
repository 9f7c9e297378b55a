"""What a version changes, as a file: for a purpose, by right, and on record.

A table with each field's old and new value in columns of their own, or GeoJSON with
the shapes; both hold only what the person may see of the layer.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Self

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError

from accounts.models import User
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.geojson import read_bbox
from govmap.lib.sheets import MARK
from layers.models import Version
from layers.versions.differences import KINDS, Asked, Differences, Row
from layers.versions.dossier import whole
from workflow.act_api import uuid_of
from workflow.export_files import plain, watermark
from workflow.exporting import Column, Register, Rows, exportable
from workflow.models import Export

NAME = "differences"
QUERY_MOST = 80
NAMES = ("version", "kind", "q", "bbox")


def asked_of(params: QueryDict) -> Asked:
    """Which rows the address asks for. Raises BadInput (400)."""
    kind, box = params.get("kind", ""), params.get("bbox", "")
    query = params.get("q", "").replace("\x00", "").strip()[:QUERY_MOST]
    try:
        place = read_bbox(box) if box else None
    except ValidationError as error:
        raise BadInput from error
    return Asked(kind if kind in KINDS else "", query, place)


def kind_words() -> dict[str, str]:
    return {
        "new": _("new"),
        "changed": _("changed"),
        "moved": _("moved"),
        "gone": _("gone"),
    }


class Found:
    """The rows that differ, as far as they are asked for: counted, and read in pages.

    Sliced as a queryset is, so that counting stops where nobody needs to know.
    """

    def __init__(self, differences: Differences, asked: Asked) -> None:
        self.differences, self.asked = differences, asked
        self.most: int | None = None

    def __getitem__(self, part: slice) -> Self:
        self.most = part.stop
        return self

    def count(self) -> int:
        counts = self.differences.counts
        if not self.asked.query and self.asked.box is None:
            kinds = [self.asked.kind] if self.asked.kind else set(counts) - {"moved"}
            return min(
                sum(counts[kind] for kind in kinds), self.most or sum(counts.values())
            )
        return sum(1 for _row in islice(self.rows(), self.most))

    def rows(self) -> Iterator[Row]:
        return self.differences.all(self.asked)


def found(user: User, query: str) -> Any:
    """Raises NotFound for a version that the person does not see."""
    params = QueryDict(query)
    return Found(Differences(_version(user, params), user), asked_of(params))


def _version(user: User, params: QueryDict) -> Version:
    rows = whole(Version.objects.visible_to(user))
    version: Version | None = rows.filter(
        uuid=uuid_of(params.get("version", ""))
    ).first()
    if version is None:
        raise NotFound
    return version


def clean(query: str) -> str:
    params, kept = QueryDict(query), QueryDict(mutable=True)
    asked_of(params)
    for name in NAMES:
        if params.get(name):
            kept[name] = params[name]
    return kept.urlencode()


def words(user: User, query: str) -> list[str]:
    """Layer and version, and what the rows are narrowed to."""
    params = QueryDict(query)
    version, asked = _version(user, params), asked_of(params)
    said = [str(version.layer), name_of(version), kind_words().get(asked.kind, "")]
    said += [f"“{asked.query}”" if asked.query else "", _("part of the map")]
    return [word for word in said[: 5 if asked.box else 4] if word]


def name_of(version: Version) -> str:
    return f"v{version.number}" if version.number else f"draft {str(version.uuid)[:8]}"


def page(query: str) -> str:
    """The version's page, with the same rows."""
    params = QueryDict(query, mutable=True)
    uuid = uuid_of(params.pop("version", [""])[0])
    version = Version.objects.select_related("layer").filter(uuid=uuid).first()
    if version is None:
        raise NotFound
    address = reverse("layers:version", args=[version.layer.code, uuid])
    return f"{address}?{params.urlencode()}"


def _table(export: Export, columns: Sequence[Column], rows: Rows) -> bytes:
    """CSV in UTF-8 with its mark; first and last line say whose export it is."""
    differences = found(export.by, export.query).differences
    file, said = io.StringIO(), watermark(export)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([plain(said)])
    writer.writerow([plain(cell) for cell in _head(differences)])
    for values, _place in rows:
        writer.writerow([plain(cell) for cell in _cells(differences, values[0])])
    writer.writerow([plain(said)])
    return (MARK + file.getvalue()).encode()


def _head(differences: Differences) -> list[str]:
    names = [
        f"{field.title} {word}"
        for field in differences.fields
        for word in (_("(old)"), _("(new)"))
    ]
    middle = [_("Longitude"), _("Latitude")]
    return [_("Difference"), differences.layer.key, _("Moved (m)"), *middle, *names]


def _cells(differences: Differences, row: Row) -> list[Any]:
    west, south, east, north = row.box
    values = [
        said.get(field.name)
        for field in differences.fields
        for said in (row.before, row.after)
    ]
    moved = None if row.moved is None else round(row.moved, 2)
    middle = [round((west + east) / 2, 7), round((south + north) / 2, 7)]
    return [kind_words()[row.change], row.key, moved, *middle, *values]


def _shapes(export: Export, columns: Sequence[Column], rows: Rows) -> bytes:
    """With the geometry of each row: of what is gone the last."""
    head = json.dumps(watermark(export), ensure_ascii=False)
    features = ",\n".join(feature_text(values[0]) for values, _place in rows)
    text = f'{{"type":"FeatureCollection","watermark":{head},"features":[{features}]}}'
    return text.encode()


def feature_text(row: Row) -> str:
    said = {
        "key": row.key,
        "change": row.change,
        "moved": row.moved,
        "before": row.before,
        "after": row.after,
    }
    properties = json.dumps(said, ensure_ascii=False)
    name = json.dumps(row.key, ensure_ascii=False)
    return (
        f'{{"type":"Feature","id":{name},"geometry":{row.geometry},'
        f'"properties":{properties}}}'
    )


exportable(
    Register(
        name=NAME,
        title=gettext_lazy("What a version changes"),
        columns=(
            Column("row", gettext_lazy("Every field, old and new"), lambda row: row),
        ),
        fixed=True,
        found=found,
        rows=lambda found, most: islice(found.rows(), most),  # type: ignore[attr-defined]
        words=words,
        clean=clean,
        page=page,
        writers={Export.Form.CSV: _table, Export.Form.GEOJSON: _shapes},
        hint=gettext_lazy("It holds the fields of the layer that you may see."),
    )
)
