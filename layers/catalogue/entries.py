"""The catalogue's writes: an entry is made or changed, checked, and put on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Max, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from govmap.lib.errors import BadInput, Conflict, NotAllowed
from govmap.lib.localized import localized
from layers.models import Layer, LayerChange
from layers.permissions import can_declassify, can_edit, can_provide
from layers.styles import check as style_check

Values = dict[str, Any]
# What a person may set, in the order in which the record tells it.
NAMES = {
    "code": gettext_lazy("Code"),
    "titles": gettext_lazy("Title"),
    "kind": gettext_lazy("Class"),
    "provider": gettext_lazy("Provider"),
    "steward": gettext_lazy("Steward"),
    "sensitivity": gettext_lazy("Sensitivity"),
    "update_days": gettext_lazy("Update cycle"),
    "geometry": gettext_lazy("Geometry"),
    "key": gettext_lazy("Key field"),
    "schema": gettext_lazy("Attributes"),
    "styles": gettext_lazy("Styles"),
    "minzoom": gettext_lazy("First zoom"),
    "maxzoom": gettext_lazy("Last zoom"),
    "visible": gettext_lazy("Drawn when the map opens"),
    "moved_metres": gettext_lazy("Counts as moved from"),
}
LEVELS = [str(level) for level in Layer.Sensitivity]  # from open to closed


@dataclass(frozen=True)
class Refusal:
    """Why a value cannot be taken: the entry's field, and what to do instead.

    Of the schema, ``row`` is the name of the field that it speaks of.
    """

    field: str
    text: str
    row: str = ""


def with_due(layers: QuerySet[Layer]) -> QuerySet[Any]:
    """With ``due``: when the next version should be out; null where none is asked."""
    cycle = F("update_days") * Value(timedelta(days=1))
    due = ExpressionWrapper(
        F("published__published_at") + cycle, output_field=DateTimeField(null=True)
    )
    return layers.annotate(due=due)


def due_of(layer: Layer) -> datetime | None:
    """The same for one layer with its published version at hand."""
    version = layer.published
    if version is None or version.published_at is None or layer.update_days is None:
        return None
    return version.published_at + timedelta(days=layer.update_days)


def is_late(due: datetime | None) -> bool:
    return due is not None and due < timezone.now()


def days_late(due: datetime | None) -> int:
    """Whole days since a version was due; 0 while it is not."""
    return max((timezone.now() - due).days, 0) if due else 0


@transaction.atomic
def create(values: Values, *, by: User) -> Layer:
    """A new entry, drawn above the others. Raises BadInput, NotAllowed."""
    if not can_provide(by, values["provider"]):
        raise NotAllowed
    _refuse(None, values, by)
    top = Layer.objects.aggregate(top=Max("order"))["top"] or 0
    layer = Layer.objects.create(order=min(top + 10, 32_000), **values)
    _record(layer, {}, values, by)
    return layer


@transaction.atomic
def change(layer: Layer, values: Values, *, by: User, seen: int) -> LayerChange | None:
    """Set what differs; None where nothing does.

    ``seen`` is the last change that the person saw (`last_change`). Raises BadInput,
    NotAllowed, and Conflict where somebody changed the entry meanwhile.
    """
    row = Layer.objects.select_for_update(no_key=True).get(pk=layer.pk)
    if not can_edit(by, row):
        raise NotAllowed
    if last_change(row) != seen:
        raise Conflict
    _refuse(row, values, by)
    return _write(row, values, by)


@transaction.atomic
def install(code: str, values: Values) -> Layer:
    """What a site package says of a layer; what people changed since stays theirs."""
    row = Layer.objects.select_for_update(no_key=True).filter(code=code).first()
    if row is None:
        row = Layer.objects.create(code=code, **values)
        _record(row, {}, values, None)
        return row
    changes = row.changes.filter(by__isnull=False).values_list("what", flat=True)
    theirs = {entry["field"] for what in changes for entry in what}
    _write(row, {k: v for k, v in values.items() if k not in theirs}, None)
    return row


def last_change(layer: Layer) -> int:
    """The number of the entry's last change; 0 before the first."""
    return layer.changes.aggregate(last=Max("pk"))["last"] or 0


def _write(layer: Layer, values: Values, by: User | None) -> LayerChange | None:
    before = {name: getattr(layer, name) for name in values}
    after = {name: value for name, value in values.items() if before[name] != value}
    if not after:
        return None
    for name, value in after.items():
        setattr(layer, name, value)
    layer.save(update_fields=list(after))
    return _record(layer, before, after, by)


def _record(
    layer: Layer, before: Values, after: Values, by: User | None
) -> LayerChange:
    what = [
        {"field": name, "before": _plain(before.get(name)), "after": _plain(value)}
        for name, value in after.items()
    ]
    return LayerChange.objects.create(layer=layer, by=by, what=what)


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, Unit):
        return value.code
    return value.username if isinstance(value, User) else value


def _refuse(layer: Layer | None, values: Values, by: User) -> None:
    for refusal in refusals(layer, values, by=by):
        raise BadInput(refusal.text)


def refusals(layer: Layer | None, values: Values, *, by: User) -> Iterator[Refusal]:
    """All that stands against these values; ``layer`` is None for a new entry.

    Values that are missing are not asked for: an entry may be changed in part.
    """
    if layer is not None:
        yield from _frozen(layer, values)
        if not can_declassify(by):
            yield from _lowered(layer, values)
    elif "provider" in values and not can_provide(by, values["provider"]):
        text = _("You may not enter layers of this provider. Choose your own unit.")
        yield Refusal("provider", text)
    yield from _zooms(layer, values)
    yield from _schema(layer, values)
    schema = values.get("schema", layer.schema if layer else [])
    styles = values.get("styles", layer.styles if layer else [])
    for problem in style_check.problems(styles, style_check.Ground.of(schema)):
        changed = "styles" if "styles" in values else "schema"
        text = _("A style no longer fits: %(problem)s Change the style first.")
        said = problem.text if changed == "styles" else text % {"problem": problem.text}
        yield Refusal(changed, said)
        return


def _frozen(layer: Layer, values: Values) -> Iterator[Refusal]:
    """Versions are compared by key, and drawn by geometry."""
    names = [
        name
        for name in ("key", "geometry")
        if name in values and values[name] != getattr(layer, name)
    ]
    if names and layer.versions.exists():
        for name in names:
            text = _(
                "The layer has versions, which are compared by this. It stays; make a"
                " new layer for files of another kind."
            )
            yield Refusal(name, text)


def _lowered(layer: Layer, values: Values) -> Iterator[Refusal]:
    """What only the chief data officer may do."""
    asked = values.get("sensitivity", layer.sensitivity)
    if LEVELS.index(asked) < LEVELS.index(layer.sensitivity):
        text = _("Only the chief data officer may lower the sensitivity. Ask there.")
        yield Refusal("sensitivity", text)
    if values.get("provider", layer.provider) != layer.provider:
        text = _("Only the chief data officer may change the provider. Ask there.")
        yield Refusal("provider", text)
    if "schema" not in values:
        return
    new = {entry["name"]: level_of(entry) for entry in values["schema"]}
    for entry in layer.schema:
        name = entry["name"]
        # A field taken out and put in again would come back as something lower.
        if level_of(entry) > new.get(name, 0):
            text = _(
                "Only the chief data officer may lower the sensitivity of “%(name)s”,"
                " or take it out. Ask there."
            )
            yield Refusal("schema", text % {"name": name}, row=name)


def level_of(entry: Values) -> int:
    """How closed a field is: 0 public, 2 sensitive."""
    said = entry.get("sensitivity") or Layer.Sensitivity.INTERNAL
    return LEVELS.index(said) if said in LEVELS else 1


def _zooms(layer: Layer | None, values: Values) -> Iterator[Refusal]:
    first = values.get("minzoom", layer.minzoom if layer else 0)
    last = values.get("maxzoom", layer.maxzoom if layer else 22)
    if first > last:
        text = _("The last zoom lies before the first. Make it larger.")
        yield Refusal("maxzoom", text)


def _schema(layer: Layer | None, values: Values) -> Iterator[Refusal]:
    if not {"schema", "key"} & set(values):
        return
    schema = values.get("schema", layer.schema if layer else [])
    key = values.get("key", layer.key if layer else "")
    names = [entry["name"] for entry in schema]
    for name in sorted({name for name in names if names.count(name) > 1}):
        text = _("“%(name)s” stands twice. Take one out, or give it another name.")
        yield Refusal("schema", text % {"name": name}, row=name)
    if schema and key not in names:
        text = _("The key is one of the attributes. Add “%(name)s” to them.")
        yield Refusal("key", text % {"name": key})
    for name in sorted(set((layer.fields if layer else {}).values()) - set(names)):
        text = _("A register is made from “%(name)s”. Keep it.")
        yield Refusal("schema", text % {"name": name}, row=name)


@dataclass(frozen=True)
class Told:
    """One field of a change, in words."""

    name: str
    before: str
    after: str


def told(change: LayerChange) -> list[Told]:
    """What a change did; long values by what came, went and changed in them."""
    return [
        Told(
            str(NAMES[row["field"]]),
            *_said(row["field"], row["before"], row["after"]),
        )
        for row in change.what
        if row["field"] in NAMES
    ]


def _said(field: str, before: Any, after: Any) -> tuple[str, str]:
    if field in {"schema", "styles"}:
        return "", _difference(field, before or [], after or [])
    return _in_words(field, before), _in_words(field, after)


def _in_words(field: str, value: Any) -> str:
    if value is None:
        return ""
    if field == "titles":
        return localized(value)
    if field in {"kind", "sensitivity"}:
        choices: Any = Layer.Class if field == "kind" else Layer.Sensitivity
        return str(dict(choices.choices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _difference(field: str, before: list[Values], after: list[Values]) -> str:
    name = "name" if field == "schema" else "code"
    old = {entry.get(name, "plain"): entry for entry in before}
    new = {entry.get(name, "plain"): entry for entry in after}
    signs = [f"+{key}" for key in new if key not in old]
    signs += [f"−{key}" for key in old if key not in new]
    signs += [f"~{key}" for key in new if key in old and new[key] != old[key]]
    if not signs:
        return _("another order")
    return ", ".join(signs)
