import unicodedata
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Site


class Command(BaseCommand):
    help = "Print the accounts of a demonstration site; nothing for a real one."

    def handle(self, **options: Any) -> None:
        site = Site.objects.filter(demonstration=True).first()
        if site is None or not site.accounts:
            return
        names = ("username", "password", "name", "unit", "roles")
        rows = [names]
        for account in site.accounts:
            *texts, roles = (account.get(name, "") for name in names)
            rows.append((*texts, " ".join(roles)))
        widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = zip(row, widths, strict=True)
            line = "  ".join(_filled(text, width) for text, width in cells)
            self.stdout.write(line.rstrip())


def _filled(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)
