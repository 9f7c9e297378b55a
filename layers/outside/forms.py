"""An outside layer's entry as a form: the catalogue's part and the source's."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Site, Unit, User
from accounts.roles import Role
from govmap.lib.sealed import Sealed
from layers.converters import is_another_page
from layers.models import Layer, LayerChange, OutsideSource
from layers.models.outside import PICTURE
from layers.outside import asking
from layers.outside.fetching import check
from layers.outside.grid import LAST_ZOOM
from layers.outside.keeping import DRAWS
from layers.outside.trouble import HostNotListed
from layers.permissions import can_provide

Protocol = OutsideSource.Protocol
CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
# A key written into the address would stand on pages and in the record.
OPEN_KEY = re.compile(
    r"[?&](tk|ak|key|token|apikey|access_token)=(?!\{key\})[^&]", re.I
)
HOURS_MOST = 24 * 365
GROUPS = (
    (
        gettext_lazy("In the catalogue"),
        ("code", "title", "title_en", "kind", "provider", "sensitivity"),
    ),
    (
        gettext_lazy("The source"),
        (
            *("protocol", "address", "secret", "names", "style", "matrix_set"),
            *("matrix", "system", "format", "version"),
        ),
    ),
    (
        gettext_lazy("Drawing on the map"),
        (
            *("first", "last", "minzoom", "attribution", "keep_hours", "over"),
            *("visible", "in_use"),
        ),
    ),
)


class OutsideForm(forms.ModelForm):
    moves = False  # whether a kept key would go to another server
    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=60)
    title_en = forms.CharField(
        label=gettext_lazy("Title in English"), max_length=60, required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Class"),
        choices=Layer.Class.choices,
        initial=Layer.Class.BASEMAP,
    )
    provider = forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("Provider"), empty_label=None
    )
    sensitivity = forms.ChoiceField(
        label=gettext_lazy("Sensitivity"),
        choices=Layer.Sensitivity.choices,
        initial=Layer.Sensitivity.INTERNAL,
    )
    minzoom = forms.IntegerField(
        label=gettext_lazy("Shown from zoom"),
        min_value=0,
        max_value=LAST_ZOOM,
        initial=0,
    )
    visible = forms.BooleanField(
        label=gettext_lazy("Drawn when the map opens"), required=False
    )
    secret = forms.CharField(
        label=gettext_lazy("Key of the service"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "Stays on the server, sealed and never shown. Empty: it stays as it is."
        ),
    )

    class Meta:
        model = OutsideSource
        fields = (
            *("protocol", "address", "names", "style", "matrix_set", "matrix"),
            *("system", "format", "version", "first", "last", "over"),
            *("attribution", "keep_hours", "in_use"),
        )
        labels = {
            "protocol": gettext_lazy("Protocol"),
            "address": gettext_lazy("Address of the service"),
            "names": gettext_lazy("Layer names there"),
            "style": gettext_lazy("Style there"),
            "matrix_set": gettext_lazy("Tile matrix set"),
            "matrix": gettext_lazy("Name of a matrix"),
            "system": gettext_lazy("System of the source"),
            "format": gettext_lazy("Picture format"),
            "version": gettext_lazy("WMS version"),
            "first": gettext_lazy("First zoom of the source"),
            "last": gettext_lazy("Last zoom of the source"),
            "over": gettext_lazy("Above areas and lines (labels, say)"),
            "attribution": gettext_lazy("Attribution"),
            "keep_hours": gettext_lazy("Hours that a picture stays fresh"),
            "in_use": gettext_lazy("In use"),
        }
        help_texts = {
            "address": gettext_lazy(
                "XYZ: with {z}, {x} and {y} or {-y}. WMTS, WMS: what stands before the"
                " parameters. {key} stands for the key."
            ),
            "matrix": gettext_lazy("{z}, or as EPSG:3857:{z}"),
        }

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        source = more.get("instance")
        self.user = user
        if source is not None:
            more["initial"] = layer_initial(source.layer) | (more.get("initial") or {})
        super().__init__(*args, **more)
        provider = self.fields["provider"]
        assert isinstance(provider, forms.ModelChoiceField)
        provider.queryset = providers_of(user, source)
        if source is not None:
            self.fields["code"].disabled = True
        for field in self.fields.values():
            widget = field.widget
            kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
            if not isinstance(widget, forms.CheckboxInput):
                widget.attrs["class"] = kind
        self.fields["address"].widget.attrs["spellcheck"] = "false"

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in GROUPS]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if self.instance.pk:
            return code
        if not CODE.fullmatch(code):
            raise forms.ValidationError(
                _("Begin with a small letter; then letters, digits, - and _.")
            )
        if is_another_page(code) or Layer.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Another layer has this code. Take another."))
        return code

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).strip()
        if OPEN_KEY.search(address):
            raise forms.ValidationError(
                _("Write {key} in the address, and the key itself into its field.")
            )
        if asking.names_in_host(address):
            raise forms.ValidationError(_("The host stands as it is, without braces."))
        try:
            check(asking.NAME.sub("1", address))
        except HostNotListed as error:
            raise forms.ValidationError(error.text) from error
        return address

    def clean_sensitivity(self) -> str:
        """Who made a layer less sensitive would show it to others: as the entries."""
        asked = str(self.cleaned_data["sensitivity"])
        levels = [str(level) for level in Layer.Sensitivity]
        if self.instance.pk and not self.user.has_role(Role.CHIEF_DATA_OFFICER):
            now = self.instance.layer.sensitivity
            if levels.index(asked) < levels.index(now):
                raise forms.ValidationError(
                    _("Only the chief data officer may lower the sensitivity.")
                )
        return asked

    def clean_provider(self) -> Unit:
        """Whose it is says who changes it, and so who has its key: as the entries."""
        asked: Unit = self.cleaned_data["provider"]
        moves = self.instance.pk and asked.pk != self.instance.layer.provider_id
        if moves and not self.user.has_role(Role.CHIEF_DATA_OFFICER):
            raise forms.ValidationError(
                _("Only the chief data officer may change the provider. Ask there.")
            )
        return asked

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        protocol, address = said.get("protocol"), said.get("address")
        if protocol and address:
            self._check_names(protocol, address)
        self.moves = bool(address) and self._moves(str(address))
        if self.moves and not said.get("secret") and "{key}" in str(address):
            text = _("This is another server: type its key, so that none goes astray.")
            self.add_error("secret", text)
        if protocol in (Protocol.WMTS, Protocol.WMS) and not said.get("names"):
            self.add_error("names", _("Say which layer the service is to draw."))
        if protocol == Protocol.WMTS:
            if not said.get("matrix_set"):
                self.add_error("matrix_set", _("Say which tile matrix set to use."))
            if "{z}" not in said.get("matrix", ""):
                self.add_error("matrix", _("{z} must stand in it."))
        if protocol == Protocol.XYZ:
            said["system"] = OutsideSource.System.MERCATOR
        if said.get("last", 0) > LAST_ZOOM or said.get("first", 0) > said.get(
            "last", 0
        ):
            self.add_error("last", _("From the first zoom to 22, please."))
        hours = said.get("keep_hours")
        if hours is not None and not 1 <= hours <= HOURS_MOST:
            self.add_error("keep_hours", _("From 1 hour to a year."))
        return said

    def _moves(self, address: str) -> bool:
        """Whether a key that is kept would go to another server than before."""
        if not (self.instance.pk and self.instance.secret):
            return False
        old, new = urlsplit(self.instance.address), urlsplit(address)
        return (old.scheme, old.netloc) != (new.scheme, new.netloc)

    def _check_names(self, protocol: str, address: str) -> None:
        for name in asking.unknown_names(protocol, address):
            text = _("“%(name)s” is nothing that is filled in here.")
            self.add_error("address", text % {"name": name})
        whole = {"{z}", "{x}"}.issubset(re.findall(r"\{\w\}", address))
        if protocol == Protocol.XYZ and not (
            whole and ("{y}" in address or "{-y}" in address)
        ):
            self.add_error("address", _("{z}, {x} and {y} or {-y} must stand in it."))

    @property
    def draws_otherwise(self) -> bool:
        """Whether what is tried is another source than the one kept."""
        return not {"secret", *DRAWS}.isdisjoint(self.changed_data)

    def unsaved(self) -> OutsideSource:
        """The source as the form has it, to be tried; the form is valid."""
        row: OutsideSource = self.instance
        if secret := self.cleaned_data["secret"]:
            row.secret, row.secret_at = Sealed.of(secret), timezone.now()
        elif self.moves:  # else it went there once somebody wrote {key}
            row.secret, row.secret_at = Sealed.of(""), None
        if not row.layer_id:
            row.layer = Layer(code=self.cleaned_data["code"])
        return row

    def save(self, commit: bool = True) -> OutsideSource:
        """The layer and its source, within the caller's transaction."""
        row = self.unsaved()
        row.layer = self._layer()
        row.save()
        return row

    def _layer(self) -> Layer:
        said = self.cleaned_data
        layer = self.instance.layer if self.instance.pk else _new(said["code"])
        values = {
            "titles": {
                key: text
                for key, text in (("zh-hans", said["title"]), ("en", said["title_en"]))
                if text
            },
            **{name: said[name] for name in ("kind", "provider", "sensitivity")},
            **{name: said[name] for name in ("minzoom", "visible")},
        }
        before = {name: getattr(layer, name, None) for name in values}
        if not layer.pk:
            before = dict.fromkeys(values)
        changed = [name for name in values if before[name] != values[name]]
        for name in changed:
            setattr(layer, name, values[name])
        layer.save()
        if changed:
            what = [
                {
                    "field": name,
                    "before": _plain(before[name]),
                    "after": _plain(values[name]),
                }
                for name in changed
            ]
            LayerChange.objects.create(layer=layer, by=self.user, what=what)
        return layer


def _plain(value: Any) -> Any:
    return value.code if isinstance(value, Unit) else value


def _new(code: str) -> Layer:
    """Drawn above the others; without rows, so without key and attributes."""
    top = Layer.objects.aggregate(top=Max("order"))["top"] or 0
    return Layer(code=code, geometry=PICTURE, key="", order=min(top + 10, 32_000))


def layer_initial(layer: Layer) -> dict[str, Any]:
    return {
        **{"code": layer.code, "title": layer.titles.get("zh-hans", "")},
        **{"title_en": layer.titles.get("en", ""), "kind": layer.kind},
        **{"provider": layer.provider_id, "sensitivity": layer.sensitivity},
        **{"minzoom": layer.minzoom, "visible": layer.visible},
    }


def providers_of(user: User, source: OutsideSource | None) -> Any:
    """Who keeps the system enters the district's; others what they may provide."""
    units = Unit.objects.exclude(kind=Unit.Kind.COMMUNITY).select_related("parent")
    if user.has_role(Role.SYSTEM, Role.CHIEF_DATA_OFFICER):
        ids = {unit.pk for unit in units}
    else:
        ids = {unit.pk for unit in units if can_provide(user, unit)}
    if source is not None:
        ids.add(source.layer.provider_id)
    return Unit.objects.filter(pk__in=ids)


def usual_provider() -> int | None:
    return Site.objects.values_list("district", flat=True).first()
