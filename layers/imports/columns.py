"""Which column of a file holds which field of a layer: proposed, and remembered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Unit
from accounts.roles import Role
from govmap.lib.localized import localized
from layers.models import ColumnMapping, ImportRun, Layer
from layers.reading.attributes import column_of

# What says where a row of a plain table is: x and y, or one of the others.
PLACES = ("x", "y", "wkt", "address")


@dataclass(frozen=True)
class Line:
    """One line of the page: a field of the layer, and what may be its column."""

    number: int
    name: str
    title: str
    type: str
    required: bool
    is_key: bool
    chosen: str


@dataclass(frozen=True)
class Columns:
    """A layer's fields against a file's columns.

    ``samples`` are the first values of each column; ``told`` is what was answered for
    this file, ``remembered`` what the same unit chose for its last one.
    """

    layer: Layer
    names: Sequence[str]
    samples: Mapping[str, Sequence[str]] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    remembered: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    asks_places: bool = False

    @property
    def key(self) -> str:
        return self.layer.key

    @property
    def fields(self) -> list[str]:
        """The names of the layer's fields; the key is among them, laid down or not."""
        names = [entry["name"] for entry in self.layer.schema]
        return names if self.key in names else [self.key, *names]

    def lines(self) -> Iterator[Line]:
        entries = {entry["name"]: entry for entry in self.layer.schema}
        for number, name in enumerate(self.fields):
            entry = entries.get(name, {})
            title = localized(entry.get("title"))
            yield Line(
                number=number,
                name=name,
                title=title if title != name else "",
                type=entry.get("type", ""),
                required=name == self.key or bool(entry.get("required")),
                is_key=name == self.key,
                chosen=self.proposed(name),
            )

    def proposed(self, name: str) -> str:
        """What was told, else what was chosen last time, else what the names say."""
        for known in (self.told, self.remembered):
            if known.get(name) in self.names or known.get(name) == "":
                return known[name]
        return self.named(name)

    def named(self, name: str) -> str:
        return column_of(name, self.names, short=True) or ""


def of_run(run: ImportRun) -> Columns | None:
    """What the page of an asking run offers; None where no column is known."""
    found = run.report.get("found") or {}
    columns = found.get("columns") or []
    if not columns:
        return None
    known = remembered(run)
    place = run.options.get("places") or found.get("place") or known.get("places") or {}
    return Columns(
        layer=run.layer,
        names=[column["name"] for column in columns],
        samples={column["name"]: column.get("samples", []) for column in columns},
        told=run.options.get("columns") or {},
        remembered=known.get("fields") or {},
        places=place,
        asks_places=bool(found.get("is_table")),
    )


def remembered(run: ImportRun) -> dict[str, Any]:
    """What the unit chose for its last file of this layer."""
    found = ColumnMapping.objects.filter(layer=run.layer_id, unit=unit_of(run)).first()
    return found.columns if found else {}


def remember(run: ImportRun) -> None:
    """Keep what was chosen for a file that came in; what names say is not kept."""
    if "columns" not in run.options:
        return
    chosen = {
        "fields": run.options["columns"],
        "places": run.options.get("places") or {},
    }
    known: dict[str, Any] = {"layer": run.layer, "unit": unit_of(run)}
    if any(chosen.values()):
        ColumnMapping.objects.update_or_create(**known, defaults={"columns": chosen})
    else:
        ColumnMapping.objects.filter(**known).delete()


def unit_of(run: ImportRun) -> Unit:
    """For whom a person sent a file: his unit among those that answer for the layer."""
    provider = run.layer.provider
    if run.by:
        answerable = {provider.pk, provider.parent_id}
        for post in run.by.posts:
            if post.role == Role.STEWARD and post.unit_id in answerable:
                return post.unit
    return provider
