"""The form of a new report: the opening move of the process, as a phone fills it in."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.models import User
from cases.evidence import ADDRESS_MAX
from cases.forms import OptionsField
from cases.on_the_spot import act_id_of, move_after
from cases.places import Spot, find_addresses
from govmap.lib.localized import localized
from workflow.evidence import NOTE_MAX
from workflow.forms import NumbersField, PhotosField
from workflow.models import Transition
from workflow.sending import SendingForm

FIELDS: dict[str, Callable[[dict[str, Any]], forms.Field]] = {
    "category": lambda spec: OptionsField(()),
    "place": lambda spec: NumbersField(),
    "address": lambda spec: forms.CharField(max_length=ADDRESS_MAX),
    "photos": lambda spec: PhotosField(int(spec.get("most", 9))),
    "note": lambda spec: forms.CharField(max_length=NOTE_MAX),
}


# What is asked besides where somebody handled it himself: field -> evidence.
SPOT = {"after": "photos", "done": "note"}


def _missing(name: str) -> str:
    """What to do, and not only what is missing."""
    sentences = {
        "photos": _("Take at least one photo."),
        "place": _(
            "The place is missing: tap it on the map, or type the address and choose"
            " it from the list."
        ),
        "category": _("Choose what it is: tap a class, or search for one."),
        "note": _("Write in a few words what is there."),
        "address": _("Write the address or a landmark."),
        "after": _("Take a photo of how it is now."),
        "done": _("Write in a few words what you did."),
    }
    return sentences[name]


class ReportForm(SendingForm):
    """What somebody saw: where it is, and what."""

    ids = "report-%s"
    kept: dict[str, Any]  # the draft that it continues, for the page's script

    def __init__(
        self,
        move: Transition,
        user: User,
        data: Any = None,
        files: Any = None,
        **initial: Any,
    ) -> None:
        super().__init__(move, user, data, files, **initial)
        self.addresses: list[Spot] = []  # what a typed address may mean
        for told in move.fields():
            name = told["name"]
            if name not in FIELDS:
                continue
            field = self.fields[name] = FIELDS[name](move.evidence[name])
            field.label, field.required = told["label"], told["required"]
            field.error_messages["required"] = _missing(name)
            if name == "place":
                # A typed address may stand for it: `clean` says whether it does.
                field.required = False

        self.spot_move = move_after(move, user)
        if self.spot_move:
            self._add_spot(self.spot_move)

    def _add_spot(self, move: Transition) -> None:
        """Whether he handled it himself, and what shows that."""
        self.fields["on_spot"] = forms.BooleanField(required=False, label=move.label)
        for name, evidence in SPOT.items():
            if evidence in move.evidence:
                field = FIELDS[evidence](move.evidence[evidence])
                field.label = localized(move.evidence[evidence]["label"])
                field.required = False
                self.fields[name] = field

    @property
    def after_keep(self) -> str:
        """Under which name the phone keeps unsent photos of afterwards."""
        return f"{self.user.uuid}:after"

    @property
    def needs_after(self) -> bool:
        """Whether what he handled himself needs a photo of how it is now."""
        move = self.spot_move
        return bool(move and move.evidence.get("photos", {}).get("required"))

    @property
    def asks(self) -> set[str]:
        """What the opening move takes, for the template."""
        return set(self.move.evidence) & set(self.fields)

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        self._check_spot(sent)
        needed = self.move.evidence.get("place", {}).get("required")
        if "place" in self.fields and not sent.get("place") and needed:
            sent["place"] = self._place_of(sent.get("address", ""))
        return sent

    def _check_spot(self, sent: dict[str, Any]) -> None:
        if self.spot_move is None or not sent.get("on_spot"):
            return
        for name, evidence in SPOT.items():
            asked = self.spot_move.evidence.get(evidence, {})
            if asked.get("required") and not sent.get(name):
                self.add_error(name, _missing(name))

    def on_the_spot(self) -> dict[str, Any] | None:
        """Evidence of what he did himself; nothing where the desk is to act."""
        sent = self.cleaned_data
        if self.spot_move is None or not sent.get("on_spot"):
            return None
        told: dict[str, Any] = {}
        if sent.get("after"):
            act_id = act_id_of(sent["uuid"])
            told["photos"] = sent["after"].stored(self.user, act_id)
        if sent.get("done"):
            told["note"] = sent["done"]
        return told

    def _place_of(self, address: str) -> list[float] | None:
        """Without a map, the address says where: if it can mean one place only."""
        self.addresses = find_addresses(address, self.user)
        if not self.addresses:
            unknown = _("No such address is known: write the street and the number.")
            self.add_error("place", unknown if address else _missing("place"))
            return None
        if len(self.addresses) > 1:
            self.add_error("place", _("Choose which of these places it is."))
            return None
        (spot,) = self.addresses
        return [spot.lon, spot.lat]

    def evidence(self) -> dict[str, Any]:
        given = {
            name: self.cleaned_data[name]
            for name in self.asks
            if self.cleaned_data.get(name) not in (None, "", [])
        }
        if "photos" in given:
            uuid = self.cleaned_data["uuid"]
            given["photos"] = given["photos"].stored(self.user, uuid)
        return given
