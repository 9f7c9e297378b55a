"""Path converters of this app's addresses, and which of them are taken."""

import re

from django.urls import resolve, reverse
from django.urls.converters import IntConverter, StringConverter


def is_another_page(code: str) -> bool:
    """Whether where the page of a layer with that code would stand, another does.

    ``code`` is a slug.
    """
    return resolve(reverse("layers:layer", args=[code])).view_name != "layers:layer"


class CountConverter(IntConverter):
    """Up to nine digits: more fit no column and are not found."""

    regex = "[0-9]{1,9}"


class KeyConverter(StringConverter):
    """A feature's key, whatever signs the surveyor put into it.

    What would be another address is written as ``~`` and two hexadecimal digits: a
    slash (browsers and proxies read one as a step), a dot at the beginning, ``~``.
    """

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """Raises ValueError (not found) for what no key can be."""
        key = re.sub("~([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), value)
        if "\x00" in key:
            raise ValueError
        return key

    def to_url(self, value: str) -> str:
        return re.sub(
            r"[/\\~]|^\.", lambda found: f"~{ord(found[0]):02X}", super().to_url(value)
        )
