"""Addresses of a sheet in the register of addresses, and whose ground they lie on.

Many rows share an address: each is looked up once, those of a batch together.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_noop

from accounts.models import User
from cases.places import find_addresses
from govmap.lib.errors import BadInput
from layers.models import Address
from offices.models import Building
from offices.models.ground import OwnGround, ground_of
from offices.registers.places import grounds_of

MOST_KEPT = 50_000  # addresses remembered of one file
MOST_ASKED = 200  # unknown ones for which something like them is looked for
LIKE = 3
# What may stand behind a building: 2单元501室, 2门501, -1-501, 501室.
DOOR = re.compile(
    r"^(?P<house>.*?(?:号楼|号院|楼|栋|幢|座|号|院))"
    r"(?:(?P<unit>[\dA-Za-z一二三四五六七八九十]{1,4}(?:单元|门)))?"
    r"(?:(?P<room>[A-Za-z]?\d{1,5}[A-Za-z]?)(?:室|号房|房)?)?$"
)


class UnknownAddress(BadInput):
    """“%(text)s” is not in the register of addresses. Compare it with the map."""

    message = gettext_noop(
        "“%(text)s” is not in the register of addresses. Write the standard address"
        " of the building."
    )


class LikeAddresses(BadInput):
    """“%(text)s” is not in the register of addresses. Like it are: %(found)s."""

    message = gettext_noop(
        "“%(text)s” is not in the register of addresses. Like it are: %(found)s."
    )


class NotYourAddress(BadInput):
    """“%(text)s” lies on another's ground (%(unit)s). Send the row there."""

    message = gettext_noop(
        "“%(text)s” lies on another's ground (%(unit)s). Send the row there."
    )


@dataclass(frozen=True, slots=True)
class Spot:
    """A building of the register of addresses."""

    code: str
    is_own: bool
    unit: str  # whose ground it is, in words
    # Cell, community and street.
    ground: tuple[int | None, int | None, int | None] = (None, None, None)


@dataclass(frozen=True, slots=True)
class Door:
    code: str
    entrance: str
    room: str


class Addresses:
    """What the addresses of one file mean to whoever sends it."""

    def __init__(self, by: User, ground: OwnGround | None = None) -> None:
        self.by, self.ground = by, ground or ground_of(by)
        self.known: dict[str, Spot | None] = {}
        self.asked = 0

    def learn(self, texts: Iterable[str]) -> None:
        """Look up those of a batch that are not known yet, together."""
        if len(self.known) > MOST_KEPT:
            self.known.clear()
        wanted = {text for text in texts if text and text not in self.known}
        parts = {text: _parts(text) for text in wanted}
        forms = {form for form, *_door in parts.values()}
        forms |= {one for text in wanted for one in (text, _form(text))}
        forms -= self.known.keys()
        if forms:
            self.known |= dict.fromkeys(forms) | self._found(forms)

    def _found(self, forms: set[str]) -> dict[str, Spot]:
        found: dict[str, Spot] = {}
        here = Building.objects.here().filter(address__in=forms)
        here = here.exclude(address_code="").select_related("community", "street")
        for row in here:
            found[row.address] = self._spot(row.address_code, row)
        rest = forms - found.keys()
        rows = Address.objects.filter(text__in=rest).order_by("-code")
        codes = dict(rows.values_list("text", "code"))
        made = Building.objects.here().filter(address_code__in=codes.values())
        there = {
            row.address_code: row for row in made.select_related("community", "street")
        }
        places = Address.objects.in_bulk(
            [code for code in codes.values() if code not in there], field_name="code"
        )
        grounds = grounds_of(list(places.values()), self.by)
        for text, code in codes.items():
            row = there.get(code) or Building(**grounds[code])
            found[text] = self._spot(code, row)
        return found

    def _spot(self, code: str, row: Building) -> Spot:
        unit = row.community or row.street
        ground = (row.cell_id, row.community_id, row.street_id)
        return Spot(code, self.ground.holds(row), str(unit or "—"), ground)

    def door(self, text: str, entrance: str, room: str) -> Door:
        """The door of a row; what stands in columns of its own counts.

        Raises UnknownAddress, LikeAddresses, NotYourAddress (400).
        """
        door, spot = self.anywhere(text, entrance, room)
        if spot is None:
            raise self._unknown(text)
        if not spot.is_own:
            raise NotYourAddress(text=text[:60], unit=spot.unit)
        return door

    def anywhere(self, text: str, entrance: str, room: str) -> tuple[Door, Spot | None]:
        """The same on whosever ground; no spot where the address is not known."""
        spot = self.known.get(text) or self.known.get(_form(text))
        if spot is None:
            house, unit, number = _parts(text)
            spot = self.known.get(house)
            entrance, room = entrance or unit, room or number
        code = spot.code if spot else ""
        return Door(code, _entrance(entrance), _room(room)), spot

    def _unknown(self, text: str) -> BadInput:
        self.asked += 1
        if self.asked <= MOST_ASKED:
            found = [one.text for one in find_addresses(_form(text)[:60], self.by)]
            if found:
                said = "；".join(found[:LIKE])
                return LikeAddresses(text=text[:60], found=said)
        return UnknownAddress(text=text[:60])


@lru_cache(maxsize=MOST_KEPT)
def _form(text: str) -> str:
    """Without blanks, in half width but for what the register writes in Chinese."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _parts(text: str) -> tuple[str, str, str]:
    """The house, and what stands behind it of its door."""
    found = DOOR.match(_form(text))
    if found is None:
        return _form(text), "", ""
    return found["house"], found["unit"] or "", found["room"] or ""


def _entrance(text: str) -> str:
    """A bare 2 is 2单元."""
    said = _form(text)
    return f"{said}单元" if said.isdigit() else said


@lru_cache(maxsize=MOST_KEPT)
def _room(text: str) -> str:
    """501室 is 501."""
    said = _form(text).upper()
    return re.sub(r"^(.*\d[A-Z]?)(?:室|号房|房)$", r"\1", said)


def reads_back(entrance: str, room: str) -> bool:
    """Whether a door, written into a sheet as it is, is read as the same door."""
    return (_entrance(entrance), _room(room)) == (entrance, room)
