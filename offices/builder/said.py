"""What a form or a program said of one change, read alike."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from govmap.lib.errors import BadInput

NO_NUMBER = _("A number, please.")


class BadStep(BadInput):
    """Some of it cannot be taken; ``errors`` says why, by the name of the input."""

    def __init__(self, **errors: Any) -> None:
        self.errors = {name: str(text) for name, text in errors.items()}
        super().__init__(" ".join(self.errors.values()))

    @property
    def text(self) -> str:
        return " ".join(self.errors.values())


class Said:
    """What is not named stays as it was: its answer is None.

    A form sends an empty text before each box that may be ticked, so that one that is
    not ticked is named all the same.
    """

    def __init__(self, data: QueryDict | Mapping[str, Any]) -> None:
        self.data = data

    def _all(self, name: str) -> list[Any] | None:
        if name not in self.data:
            return None
        if isinstance(self.data, QueryDict):
            return list(self.data.getlist(name))
        value = self.data[name]
        return list(value) if isinstance(value, list) else [value]

    def text(self, name: str, most: int = 200) -> str | None:
        """Stripped, with no control signs in it."""
        found = self._all(name)
        if found is None:
            return None
        text = "" if not found or found[-1] is None else str(found[-1])
        kept = "".join(sign for sign in text if sign.isprintable() or sign in "\n\r")
        return kept.strip()[:most]

    def word(self, name: str, most: int = 200) -> str:
        return self.text(name, most) or ""

    def flag(self, name: str) -> bool | None:
        found = self._all(name)
        if found is None:
            return None
        return bool(found) and found[-1] not in ("", None, False, "false", "0")

    def many(self, name: str) -> list[str] | None:
        found = self._all(name)
        if found is None:
            return None
        return [str(one).strip()[:100] for one in found if one not in ("", None)]

    def number(self, name: str) -> float | None:
        """Raises BadStep where it is none."""
        text = self.word(name, 20).replace(",", "")
        if not text:
            return None
        try:
            number = float(text)
        except ValueError as error:
            raise BadStep(**{name: NO_NUMBER}) from error
        if not -1e12 < number < 1e12:
            raise BadStep(**{name: NO_NUMBER})
        return int(number) if number.is_integer() else number
