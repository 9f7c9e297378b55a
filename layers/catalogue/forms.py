"""A catalogue entry as a form, its attributes as rows of it, and the list's filters."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Unit, User
from accounts.roles import STEWARDS, Role
from layers.catalogue.entries import Refusal, Values
from layers.converters import is_another_page
from layers.models import Layer

MOST_FIELDS = 120
MOST_CODES = 500
LAST_ZOOM = 22
GEOMETRIES = (
    ("polygon", gettext_lazy("areas")),
    ("line", gettext_lazy("lines")),
    ("point", gettext_lazy("points")),
)
TYPES = (
    ("string", gettext_lazy("text")),
    ("integer", gettext_lazy("whole number")),
    ("number", gettext_lazy("number")),
    ("date", gettext_lazy("date")),
)
# How often the field's layers are brought up to date.
USUAL_CYCLES = (30, 90, 180, 365)
CODE = RegexValidator(
    r"^[a-z][a-z0-9_-]*$",
    gettext_lazy("Begin with a small letter; then letters, digits, - and _."),
)


def must(text: Any) -> dict[str, Any]:
    """What an empty field is answered."""
    return {"required": text, "invalid_choice": gettext_lazy("Choose one of the list.")}


def number(label: Any, low: float, high: float, **more: Any) -> dict[str, Any]:
    """A number's field: its bounds are said once, whatever is wrong."""
    wrong = gettext_lazy("A number from %(low)s to %(high)s, please.")
    bounds = {"low": f"{low:g}", "high": f"{high:g}"}
    said = {key: _Filled(wrong, bounds) for key in _WRONG}
    return {
        **{"label": label, "min_value": low, "max_value": high, "error_messages": said},
        **more,
    }


_WRONG = ("required", "invalid", "min_value", "max_value")


class _Filled:
    """A lazy sentence with its numbers."""

    def __init__(self, text: Any, details: dict[str, str]) -> None:
        self.text, self.details = text, details

    def __str__(self) -> str:
        return str(self.text) % self.details


class LayerForm(forms.Form):
    """A catalogue entry without its attributes."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        validators=[CODE],
        error_messages=must(gettext_lazy("Write a short code, such as heritage.")),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=60,
        error_messages=must(gettext_lazy("Write how people call the layer.")),
    )
    title_en = forms.CharField(
        label=gettext_lazy("Title in English"), max_length=60, required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Class"),
        choices=Layer.Class.choices,
        error_messages=must(gettext_lazy("Choose one of the eight classes.")),
    )
    provider = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Provider"),
        empty_label="–",
        error_messages=must(gettext_lazy("Choose the unit that answers for it.")),
    )
    steward = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Steward"),
        required=False,
        empty_label="–",
    )
    sensitivity = forms.ChoiceField(
        label=gettext_lazy("Sensitivity"), choices=Layer.Sensitivity.choices
    )
    geometry = forms.ChoiceField(label=gettext_lazy("Geometry"), choices=GEOMETRIES)
    key = forms.CharField(
        label=gettext_lazy("Key field"),
        max_length=60,
        error_messages=must(
            gettext_lazy("Name the field by which rows are told apart.")
        ),
    )
    update_days = forms.IntegerField(
        required=False, **number(gettext_lazy("Update cycle"), 1, 3650)
    )
    minzoom = forms.IntegerField(**number(gettext_lazy("First zoom"), 0, LAST_ZOOM))
    maxzoom = forms.IntegerField(**number(gettext_lazy("Last zoom"), 0, LAST_ZOOM))
    moved_metres = forms.FloatField(
        **number(gettext_lazy("Counts as moved from"), 0, 1000)
    )
    visible = forms.BooleanField(
        label=gettext_lazy("Drawn when the map opens"), required=False
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, layer: Layer | None, **more: Any):
        super().__init__(*args, **more)
        self.layer = layer
        now = layer.provider_id if layer else None
        self._choices("provider").queryset = providers_of(user, now)
        self._choices("steward").queryset = stewards(layer.steward_id if layer else 0)
        if layer:
            del self.fields["code"]

    def _choices(self, name: str) -> "forms.ModelChoiceField[Any]":
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        return field

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if is_another_page(code) or Layer.objects.filter(code=code).exists():
            raise forms.ValidationError(
                _("This code is taken already. Choose another.")
            )
        return code

    def values(self) -> Values:
        said = self.cleaned_data
        plain = (
            *("kind", "provider", "steward", "sensitivity", "geometry", "key"),
            *("update_days", "minzoom", "maxzoom", "moved_metres", "visible"),
        )
        titles = {"zh-hans": said["title"], "en": said["title_en"]}
        values = {name: said[name] for name in plain}
        values["titles"] = {key: title for key, title in titles.items() if title}
        return values if self.layer else {"code": said["code"], **values}


def initial_of(layer: Layer | None, user: User) -> Values:
    """What the form of an entry begins with."""
    if layer is None:
        posts = [post.unit_id for post in user.posts if post.role in STEWARDS]
        usual: Values = {"sensitivity": "internal", "geometry": "polygon"}
        usual |= {"minzoom": 12, "maxzoom": LAST_ZOOM, "moved_metres": 1}
        return {**usual, "steward": user, "provider": posts[0] if posts else None}
    names = (
        *("kind", "provider", "steward", "sensitivity", "geometry", "key"),
        *("update_days", "minzoom", "maxzoom", "moved_metres", "visible"),
    )
    titles = {"title": layer.titles.get("zh-hans"), "title_en": layer.titles.get("en")}
    shown = {name: getattr(layer, name) for name in names}
    return {**shown, **titles, "moved_metres": f"{layer.moved_metres:g}"}


def providers_of(user: User, now: int | None) -> QuerySet[Unit]:
    """Units whose layers this person may enter, and the one that it is now.

    Communities keep no layers of their own.
    """
    units = Unit.objects.exclude(kind=Unit.Kind.COMMUNITY)
    if not user.has_role(Role.CHIEF_DATA_OFFICER):
        own = [post.unit_id for post in user.posts if post.role == Role.STEWARD]
        units = units.filter(Q(pk__in=own) | Q(parent__in=own))
    return units | Unit.objects.filter(pk=now or 0)


def stewards(now: int | None) -> QuerySet[User]:
    """Who holds a steward's post today, and who it is now."""
    posts = Membership.objects.valid_at(timezone.now()).filter(role__in=STEWARDS)
    people = User.objects.filter(is_active=True, pk__in=posts.values("user_id"))
    return (people | User.objects.filter(pk=now or 0)).order_by("name", "username")


class FieldForm(forms.Form):
    """One attribute of a layer."""

    name = forms.CharField(max_length=60, required=False)
    title = forms.CharField(max_length=60, required=False)
    title_en = forms.CharField(max_length=60, required=False)
    type = forms.ChoiceField(choices=TYPES, required=False)
    required = forms.BooleanField(required=False)
    sensitivity = forms.ChoiceField(choices=Layer.Sensitivity.choices, required=False)
    codes = forms.CharField(max_length=40_000, required=False)

    def clean(self) -> Values:
        said: Values = super().clean() or {}
        if not said.get("name") and (said.get("title") or said.get("codes")):
            self.add_error("name", _("Write the field's name as files have it."))
        return said

    def clean_codes(self) -> dict[str, dict[str, str]]:
        """``value = Chinese = English``, a line each."""
        lines = [line for line in self.cleaned_data["codes"].splitlines() if line]
        if len(lines) > MOST_CODES:
            raise forms.ValidationError(
                _("At most %(most)s values, please."), params={"most": MOST_CODES}
            )
        codes = {}
        for line in lines:
            value, *titles = (part.strip() for part in line.split("="))
            if not value or not any(titles):
                text = _("Write each line as value = title: “%(line)s” is not so.")
                raise forms.ValidationError(text, params={"line": line[:40]})
            pairs = zip(("zh-hans", "en"), titles, strict=False)
            codes[value] = {language: title for language, title in pairs if title}
        return codes

    def entry(self, before: Values | None) -> Values:
        """As the schema keeps it; what the form does not ask stays as it was."""
        said = self.cleaned_data
        titles = {"zh-hans": said["title"] or said["name"], "en": said["title_en"]}
        made = {
            **(before or {}),
            "name": said["name"],
            "title": {language: title for language, title in titles.items() if title},
            "type": said["type"] or "string",
            "required": said["required"],
            "sensitivity": said["sensitivity"] or "internal",
        }
        made.pop("codes", None)
        return made | ({"codes": said["codes"]} if said["codes"] else {})


FieldFormSet = forms.formset_factory(
    FieldForm,
    extra=0,
    can_order=True,
    can_delete=True,
    max_num=MOST_FIELDS,
    absolute_max=2 * MOST_FIELDS,
)


def field_initial(entry: Values) -> Values:
    title = entry.get("title") or {}
    titles = title if isinstance(title, dict) else {"zh-hans": str(title)}
    return {
        **{name: entry.get(name) for name in ("name", "required")},
        "type": entry.get("type", "string"),
        "sensitivity": entry.get("sensitivity", "internal"),
        "title": titles.get("zh-hans"),
        "title_en": titles.get("en"),
        "codes": "\n".join(_code_lines(entry.get("codes") or {})),
    }


def _code_lines(codes: Mapping[str, Any]) -> Iterable[str]:
    for value, title in codes.items():
        titles = title if isinstance(title, dict) else {"zh-hans": str(title)}
        said = [titles.get("zh-hans", ""), titles.get("en", "")]
        yield " = ".join([str(value), *said]).removesuffix(" = ")


def _place(row: forms.Form) -> int:
    said = str(row["ORDER"].value() or "")
    return int(said) if said.isdecimal() and len(said) < 6 else 10_000


class EntryForms:
    """The form of an entry with the rows of its attributes."""

    def __init__(
        self, layer: Layer | None, user: User, posted: Any = None, seen: int = 0
    ) -> None:
        self.layer = layer
        self.checked = False  # what is wrong is said once somebody saves
        start = {**initial_of(layer, user), "seen": seen}
        self.head = LayerForm(posted, user=user, layer=layer, initial=start)
        rows = [field_initial(entry) for entry in layer.schema] if layer else []
        first: Values = {"name": "", "required": True, "sensitivity": "public"}
        self.fields = FieldFormSet(
            posted, initial=rows or [first], prefix="fields", form_kwargs={}
        )

    @classmethod
    def with_another(cls, layer: Layer | None, user: User, posted: Any) -> "EntryForms":
        """What was typed, and one more empty row."""
        data = posted.copy()
        rows = FieldFormSet(posted, prefix="fields").total_form_count()
        data["fields-TOTAL_FORMS"] = str(rows + 1)
        return cls(layer, user, data)

    @property
    def ordered(self) -> list[FieldForm]:
        """All rows as the page shows them: in the order asked for, new ones last."""
        return sorted(self.fields.forms, key=_place)

    def is_valid(self) -> bool:
        self.checked = True
        return self.fields.is_valid() & self.head.is_valid()

    def rows(self) -> list[FieldForm]:
        """Those that name a field, in the order asked for."""
        kept = [
            row
            for row in self.fields.forms
            if row.cleaned_data.get("name") and not row.cleaned_data.get("DELETE")
        ]
        return sorted(kept, key=_place)

    def values(self) -> Values:
        """What the catalogue is to hold; the forms are valid."""
        schema = self.layer.schema if self.layer else []
        old = {entry["name"]: entry for entry in schema}
        rows = [row.entry(old.get(row.cleaned_data["name"])) for row in self.rows()]
        return {**self.head.values(), "schema": rows}

    def refuse(self, refusals: Iterable[Refusal]) -> bool:
        """Puts each beside what it speaks of; False where there is none."""
        found = False
        for refusal in refusals:
            found = True
            row = next(
                (
                    row
                    for row in self.rows()
                    if refusal.row and row.cleaned_data["name"] == refusal.row
                ),
                None,
            )
            if row is not None:
                row.add_error("name", refusal.text)
            elif refusal.field in self.head.fields:
                self.head.add_error(refusal.field, refusal.text)
            else:
                self.head.add_error(None, refusal.text)
        return found
