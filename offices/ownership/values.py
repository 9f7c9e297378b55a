"""What may be proposed for a field: read by the form that enters it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput
from offices.models import Code, Label, Person, Register
from offices.models.ground import Entry
from offices.models.ownership import LABEL
from offices.registers import codes, entering
from offices.registers.forms import (
    DwellingForm,
    EntryForm,
    HouseholdForm,
    OrganizationForm,
    PersonForm,
)
from offices.registers.identity import credit_code, mask_number
from offices.registers.owning import SEALED, YES, Ownership, now_in, text_of

FORMS: dict[str, type[EntryForm]] = {
    Register.PERSON: PersonForm,
    Register.HOUSEHOLD: HouseholdForm,
    Register.DWELLING: DwellingForm,
    Register.ORGANIZATION: OrganizationForm,
}
LISTS = {Register.PERSON: codes.LABELS, Register.DWELLING: codes.DWELLING_LABELS}


class NoSuchField(BadInput):
    """This register has no such field. Choose one of those that are offered."""

    message = gettext_noop(
        "This register has no such field. Choose one of those that are offered."
    )


def labels_for(register: str, user: User) -> dict[str, Code]:
    """``label:code`` of what may be put on an entry; of groups only open ones."""
    list_ = LISTS.get(Register(register))
    rows = Code.objects.in_use().filter(list__code=list_)
    closed = set(Code.objects.closed_to(user).values_list("pk", flat=True))
    return {f"{LABEL}{row.code}": row for row in rows if row.pk not in closed}


def fields_of(row: Entry, user: User) -> list[tuple[str, str]]:
    """(name, title) of what may be proposed: the owner's own fields are left out."""
    owned = Ownership(row, user)
    form = FORMS[owned.register](instance=row)
    named = [(name, str(form.fields[name].label)) for name in form.fields]
    named += [
        (name, str(code)) for name, code in labels_for(owned.register, user).items()
    ]
    return [(name, title) for name, title in named if not owned.is_mine(name)]


def input_of(row: Entry, field: str, user: User) -> forms.Field:
    """The field of the form that enters it. Raises NoSuchField (400)."""
    register = Ownership(row, user).register
    if field in labels_for(register, user):
        return forms.ChoiceField(
            choices=[(YES, _("it holds")), ("", _("it does not hold"))], required=False
        )
    found = FORMS[register](instance=row).fields.get(field)
    if found is None:
        raise NoSuchField
    if isinstance(found, forms.BooleanField):
        return forms.ChoiceField(
            choices=[(YES, _("yes")), ("", _("no"))], required=False, label=found.label
        )
    found.help_text = ""
    return found


def read(row: Entry, field: str, text: str, user: User) -> Any:
    """The value that a text means. Raises BadInput (400) with what is wrong."""
    one = input_of(row, field, user)
    try:
        value = one.clean(text)
        if field == "number" and isinstance(row, Person):
            return entering.paper_number(str(value), row.paper)["number"]
        if field == "phone":
            return entering.phone_number(str(value))
        if field == "code" and value:
            return credit_code(str(value))
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from error
    if isinstance(one, forms.ChoiceField) and set(dict(one.choices)) == {YES, ""}:  # type: ignore[arg-type]
        return value == YES
    return value


def title_of(row: Entry, field: str, words: codes.Words) -> str:
    """As people call the field."""
    if field.startswith(LABEL):
        register = Register[type(row).__name__.upper()]
        return words.of(LISTS.get(register, codes.LABELS), field.removeprefix(LABEL))
    try:
        return str(getattr(row._meta.get_field(field), "verbose_name", field))
    except LookupError:
        return field


def shown(row: Entry, field: str, text: str, words: codes.Words) -> str:
    """A proposed value in words; what is sealed by its last four signs."""
    if not text and field.startswith(LABEL):
        return _("it does not hold")
    if not text:
        return "—"
    if field in SEALED:
        return mask_number(text[-4:])
    if field.startswith(LABEL):
        return _("it holds")
    list_ = codes.LISTS.get(type(row).__name__, {}).get(field)
    if list_:
        return words.of(list_, text)
    one = row._meta.get_field(field)
    if one.get_internal_type() == "BooleanField":
        return _("yes")
    return str(dict(getattr(one, "flatchoices", ())).get(text, text))


def now_shown(row: Entry, field: str, words: codes.Words) -> str:
    return shown(row, field, text_of(now_in(row, field)), words)


def open_label(row: Entry, code: str) -> Label | None:
    on = "person" if isinstance(row, Person) else "dwelling"
    rows = Label.objects.on().filter(**{on: row.pk}, code__code=code)
    return rows.first()
