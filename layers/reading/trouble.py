"""Why a file cannot be read. Knows no Django: the reading process uses it too."""

from typing import Any


class Trouble(Exception):
    """A file cannot be imported at all.

    ``code`` names a sentence of ``layers.imports.reasons``; ``details`` fill it.
    """

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details
