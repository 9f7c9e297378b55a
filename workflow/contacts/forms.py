"""The form of a number of the address book."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from workflow.contacts.keeping import clean_phone
from workflow.models import Contact
from workflow.roster.permissions import units_kept


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ("unit", "post", "phone", "always", "note", "order")
        labels = {
            "unit": gettext_lazy("Unit"),
            "post": gettext_lazy("Post or desk"),
            "phone": gettext_lazy("Official number"),
            "always": gettext_lazy("Answered day and night"),
            "note": gettext_lazy("Note to the number"),
            "order": gettext_lazy("Place in the list"),
        }
        help_texts = {
            "phone": gettext_lazy("A switchboard or a duty line, never somebody's own.")
        }

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        kept = [row.pk for row in units_kept(user)]
        unit.queryset = Unit.objects.filter(pk__in=kept).order_by("code")
        unit.empty_label = _("Choose")
        self.fields["order"].required = False
        for field in self.fields.values():
            if isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "form-check-input"
            elif isinstance(field.widget, forms.Select):
                field.widget.attrs["class"] = "form-select"
            else:
                field.widget.attrs["class"] = "form-control"
        self.fields["phone"].widget.attrs["inputmode"] = "tel"

    def clean_phone(self) -> str:
        return clean_phone(str(self.cleaned_data["phone"]))

    def clean_order(self) -> int:
        return int(self.cleaned_data.get("order") or 0)
