"""The forms of tracks: the site's setting, and the look at another's."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.models import TrackSettings
from cases.models.track import DAYS_MOST, EVERY, METRES
from cases.track.reading import PURPOSES, first_day

AREA = forms.Textarea(attrs={"rows": 2})


class TrackSettingsForm(forms.ModelForm):
    """On, with why and who answers for it; or off."""

    owner = forms.CharField(
        label=_("Who answers for it: sign-in name"), max_length=150, required=False
    )
    days = forms.IntegerField(
        label=_("Days that positions are kept"), min_value=1, max_value=DAYS_MOST
    )
    every = forms.IntegerField(
        label=_("A position after so many seconds"),
        min_value=EVERY[0],
        max_value=EVERY[1],
    )
    metres = forms.IntegerField(
        label=_("or after so many metres"), min_value=METRES[0], max_value=METRES[1]
    )

    class Meta:
        model = TrackSettings
        fields = ("is_on", "reason", "owner", "days", "every", "metres")
        labels = {
            "is_on": _("Keep the tracks of workers on duty"),
            "reason": _("Why, and on what basis"),
        }
        widgets = {"reason": AREA}

    def __init__(self, data: Any = None, *, instance: TrackSettings) -> None:
        owner = instance.owner.username if instance.owner else ""
        super().__init__(data, instance=instance, initial={"owner": owner})

    def clean_owner(self) -> User | None:
        name = self.cleaned_data["owner"].strip()
        if not name:
            return None
        found = User.objects.filter(username=name, is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("Nobody signs in by this name."))
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not said.get("is_on"):
            return said
        if not said.get("reason", "").strip():
            self.add_error("reason", _("Say why, and on what basis."))
        if said.get("owner") is None and "owner" not in self.errors:
            self.add_error("owner", _("Say who answers for it."))
        return said


class LookForm(forms.Form):
    """Whose positions of which day, and what for."""

    person = forms.ChoiceField(label=_("Worker"))
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    purpose = forms.ChoiceField(label=_("What for"), choices=PURPOSES)
    note = forms.CharField(
        label=_("In a word: the occasion"), max_length=200, widget=AREA
    )

    def __init__(
        self, people: list[User], days: int, data: Any = None, **initial: Any
    ) -> None:
        super().__init__(data, initial={"day": str(timezone.localdate()), **initial})
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            (one.username, f"{one} ({one.username})") for one in people
        ]
        self.first = first_day(days)
        self.fields["day"].widget.attrs |= {
            "min": str(self.first),
            "max": str(timezone.localdate()),
        }

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if not self.first <= day <= timezone.localdate():
            raise forms.ValidationError(
                _("Positions are kept from %(day)s on.") % {"day": self.first}
            )
        return day
