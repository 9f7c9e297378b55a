"""The forms of the registers: what is typed, checked, with its choices."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from cases.places import find_addresses
from govmap.lib.errors import DomainError
from layers.models import Address
from offices.models import (
    Building,
    Dwelling,
    Household,
    Label,
    Organization,
    Person,
    SensitiveGroup,
)
from offices.models.code import NEVER, Code
from offices.registers import codes, entering
from offices.registers.identity import credit_code
from offices.registers.places import building_at, dwelling_in


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def dress(form: forms.BaseForm) -> None:
    """The house's classes on every field."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, forms.CheckboxInput):
            continue
        is_select = isinstance(widget, forms.Select)
        widget.attrs.setdefault("class", "form-select" if is_select else "form-control")


class EntryForm(forms.ModelForm):
    """An entry: coded fields offer their lists, days ask for days."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists = codes.LISTS[type(self.instance).__name__]
        for name in list(self.fields):
            if name in lists:
                self._offer(name, lists[name])
            elif isinstance(self.fields[name], forms.DateField):
                self.fields[name].widget = DayInput()
        dress(self)

    def _offer(self, name: str, list_: str) -> None:
        old = self.fields[name]
        now = str(getattr(self.instance, name) or "")
        choices = codes.choices_of(list_, now=now)
        blank = [] if old.required else [("", "—")]
        self.fields[name] = forms.ChoiceField(
            label=old.label,
            required=old.required,
            choices=[*blank, *choices],
            initial=now or None,
        )


class PlaceFields(forms.Form):
    """A door on the standard address: building, entrance, room."""

    address = forms.CharField(
        label=gettext_lazy("Standard address"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Type a part of it and choose one that is found."),
    )
    unit = forms.CharField(
        label=gettext_lazy("Entrance"), required=False, max_length=20
    )
    room = forms.CharField(label=gettext_lazy("Room"), required=False, max_length=20)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["address"].widget.attrs |= {
            "list": "addresses",
            "autocomplete": "off",
            "hx-get": reverse("registers:addresses"),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#addresses",
        }
        dress(self)

    def clean_address(self) -> str:
        """The code of the address: the one typed, or the only one that it may mean."""
        text = str(self.cleaned_data["address"]).strip()
        if not text:
            return ""
        if code := _code_of(text):
            return code
        found = [spot.text for spot in find_addresses(text, self.user)]
        if len(found) == 1 and (code := _code_of(found[0])):
            return code
        if not found:
            raise ValidationError(
                _("There is no such standard address. Type another part of it.")
            )
        said = _("Which of these? %(found)s") % {"found": "；".join(found[:5])}
        raise ValidationError(said)

    def building(self, by: User) -> Building | None:
        """Raises NotYourGround."""
        code = self.cleaned_data.get("address", "")
        return building_at(code, by) if code else None

    def dwelling(self, by: User) -> Dwelling | None:
        building = self.building(by)
        if building is None:
            return None
        said = self.cleaned_data
        return dwelling_in(building, unit=said["unit"], room=said["room"], by=by)


def _code_of(text: str) -> str | None:
    """Of a standard address, or of a building that has its text."""
    codes_ = Address.objects.filter(text=text).values_list("code", flat=True)
    here = Building.objects.here().filter(address=text).exclude(address_code="")
    return codes_.first() or here.values_list("address_code", flat=True).first()


class PersonForm(EntryForm):
    """A person's own data; the number and the phone only where they change."""

    number = forms.CharField(
        label=gettext_lazy("Identity number"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )

    # In the order of the form, and what belongs together.
    GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (
            gettext_lazy("Identity"),
            ("name", "paper", "number", "birth", "sex", "phone", "kind"),
        ),
        (
            gettext_lazy("Registration"),
            ("match", "registration_address", "native_place", "source"),
        ),
        (
            gettext_lazy("More about the person"),
            (
                *("former_name", "nation", "marriage", "political", "education"),
                *("service", "occupation", "workplace"),
            ),
        ),
        (
            gettext_lazy("Floating residents"),
            ("came_on", "flow_reason", "residence_kind", "permit", "permit_until"),
        ),
        (
            gettext_lazy("People from abroad"),
            (
                *("foreign_name", "nationality", "paper_until"),
                *("visit_purpose", "leaves_on"),
            ),
        ),
        (gettext_lazy("People left behind"), ("left_kind", "needs")),
    )

    class Meta:
        model = Person
        labels = {"name": gettext_lazy("Person's name")}
        fields = (
            *("name", "paper", "birth", "sex", "kind", "match"),
            *("registration_address", "native_place", "source", "former_name"),
            *("nation", "marriage", "political", "education", "service"),
            *("occupation", "workplace", "came_on", "flow_reason", "residence_kind"),
            *("permit", "permit_until", "foreign_name", "nationality", "paper_until"),
            *("visit_purpose", "leaves_on", "left_kind", "needs"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            keeps = gettext_lazy("Leave it empty to keep what is there.")
            for name in ("number", "phone"):
                self.fields[name].help_text = keeps
        self.fields["kind"].initial = Person.Kind.REGISTERED

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Fields in their groups; closed where it is empty and not about everybody."""
        return [
            {
                "title": title,
                "fields": [self[name] for name in names],
                "open": number < 2 or any(self[name].errors for name in names),
            }
            for number, (title, names) in enumerate(self.GROUPS)
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        paper = str(said.get("paper") or "111")
        self._checked("number", lambda text: entering.paper_number(text, paper))
        self._checked("phone", entering.phone_number)
        birth = said.get("birth")
        if birth and birth > timezone.localdate():
            self.add_error("birth", _("This day is still to come."))
        return said

    def _checked(self, name: str, check: Any) -> None:
        text = str(self.cleaned_data.get(name, ""))
        try:
            check(text)
        except DomainError as error:
            self.add_error(name, error.text)

    def said(self) -> dict[str, Any]:
        """The fields to write: a number or phone that is empty stays as it is."""
        values = dict(self.cleaned_data)
        for name in ("number", "phone"):
            if self.instance.pk and not values.get(name):
                values.pop(name, None)
        return values


class OrganizationForm(EntryForm):
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=30)

    class Meta:
        model = Organization
        fields = (
            *("name", "short_name", "code", "kind", "industry", "established_on"),
            *("employees", "party_members", "has_party", "has_union"),
            *("attention", "hazard", "source"),
        )

    def clean_code(self) -> str:
        text = str(self.cleaned_data["code"]).strip()
        try:
            return credit_code(text) if text else ""
        except DomainError as error:
            raise ValidationError(error.text) from error

    def clean_phone(self) -> str:
        try:
            return entering.phone_number(str(self.cleaned_data["phone"]))
        except DomainError as error:
            raise ValidationError(error.text) from error

    def said(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        if self.instance.pk and not values.get("phone"):
            values.pop("phone", None)
        return values


class DwellingForm(EntryForm):
    class Meta:
        model = Dwelling
        labels = {"is_empty": gettext_lazy("standing empty")}
        fields = (
            *("use", "area", "rooms", "floor", "is_empty", "is_rented", "rent_use"),
            *("hazard", "owner_name", "source"),
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("is_empty") and said.get("is_rented"):
            self.add_error("is_empty", _("A dwelling that is rented is not empty."))
        return said


class HouseholdForm(EntryForm):
    class Meta:
        model = Household
        fields = ("number", "kind", "source")


class MoveForm(forms.Form):
    """Into which dwelling, from when, and how he lives there."""

    on = forms.DateField(label=gettext_lazy("Since"), required=False, widget=DayInput())
    tenure = forms.ChoiceField(label=gettext_lazy("Kind of residence"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", "—"), *codes.choices_of("residence_kind")]
        self.fields["tenure"].choices = offered  # type: ignore[attr-defined]
        dress(self)


class EndForm(forms.Form):
    """When it ended, and where to or by whose word."""

    on = forms.DateField(label=gettext_lazy("Day"), widget=DayInput())
    told = forms.CharField(
        label=gettext_lazy("Where to, or by whose word"),
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class LabelForm(forms.ModelForm):
    """A label of a list, with its source and basis."""

    class Meta:
        model = Label
        fields = ("code", "source_unit", "basis", "since", "until", "checked")

    def __init__(self, user: User, list_: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_to = SensitiveGroup.objects.open_to(user)
        rows = Code.objects.in_use().filter(list__code=list_)
        code, unit = self.fields["code"], self.fields["source_unit"]
        assert isinstance(code, forms.ModelChoiceField)
        assert isinstance(unit, forms.ModelChoiceField)
        code.queryset = rows.filter(models.Q(group=None) | models.Q(group__in=open_to))
        kinds = (Unit.Kind.COMMUNITY, Unit.Kind.CONTRACTOR)
        unit.queryset = Unit.objects.exclude(kind__in=kinds)
        unit.empty_label = "—"
        for name in ("since", "until"):
            self.fields[name].widget = DayInput()
        dress(self)


class CodeForm(forms.ModelForm):
    """A code of a list; its code is given once."""

    chinese = forms.CharField(label=gettext_lazy("Chinese"), max_length=60)
    english = forms.CharField(
        label=gettext_lazy("English"), max_length=80, required=False
    )
    retired = forms.BooleanField(label=gettext_lazy("out of use"), required=False)

    class Meta:
        model = Code
        fields = ("code", "order", "color")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        self.fields["color"].widget = forms.TextInput(
            attrs={"pattern": "#[0-9a-f]{6}", "placeholder": "#1f5fae"}
        )
        if row.pk:
            self.fields["code"].disabled = True
            self.initial = {
                **self.initial,
                "chinese": row.titles.get("zh-hans", ""),
                "english": row.titles.get("en", ""),
                "retired": bool(row.retired_at),
            }
        dress(self)

    def clean_code(self) -> str:
        """Ten signs at most, but for labels: what a field of an entry holds."""
        code = str(self.cleaned_data["code"]).strip()
        is_label = self.instance.list.code in (codes.LABELS, codes.DWELLING_LABELS)
        if len(code) > 10 and not is_label:
            raise ValidationError(_("A code has at most 10 signs."))
        same = Code.objects.filter(list=self.instance.list, code=code)
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This code is in the list already."))
        return code

    def clean_color(self) -> str:
        text = str(self.cleaned_data["color"]).lower()
        if text and not (len(text) == 7 and set(text[1:]) <= set("0123456789abcdef")):
            raise ValidationError(_("A colour is written as #1f5fae."))
        return text

    def save(self, commit: bool = True) -> Code:
        row: Code = super().save(commit=False)
        said = self.cleaned_data
        row.titles = {"zh-hans": said["chinese"], "en": said["english"]}
        if said["retired"] != bool(row.retired_at):
            row.retired_at = timezone.localdate() if said["retired"] else None
        row.save()
        return row


class GroupForm(forms.ModelForm):
    """The writing that opens a sensitive group, and for how long."""

    document = forms.CharField(
        label=gettext_lazy("Document number"),
        max_length=100,
        help_text=gettext_lazy("Of the competent department's written opening."),
    )

    class Meta:
        model = SensitiveGroup
        fields = ("document", "department", "opened_on", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["department"]
        assert isinstance(unit, forms.ModelChoiceField)
        kinds = (Unit.Kind.COMMUNITY, Unit.Kind.CONTRACTOR)
        unit.queryset = Unit.objects.exclude(kind__in=kinds)
        for name in self.fields:
            self.fields[name].required = True
        for name in ("opened_on", "until"):
            self.fields[name].widget = DayInput()
        dress(self)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.instance.code == NEVER:
            raise ValidationError(_("This group is never opened."))
        first, last = said.get("opened_on"), said.get("until")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("until", _("It ends before it begins."))
        return said
