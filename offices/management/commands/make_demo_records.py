"""Invented entries of the modules for the demonstration."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Site
from offices.modules import demo
from offices.registers.demo import streets as all_streets


class Command(BaseCommand):
    help = "Make the demonstration's records: all invented. Safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--streets", type=int, default=1, help="how many streets, by code"
        )
        parser.add_argument(
            "--count", type=int, default=demo.COUNT, help="how many of each module"
        )

    def handle(self, *, streets: int, count: int, **options: Any) -> None:
        if not Site.objects.filter(demonstration=True).exists():
            raise CommandError("Only a demonstration gets invented records.")
        begun = time.monotonic()
        for street in list(all_streets())[:streets]:
            demo.make(street, count=count, say=self.stdout.write)
        self.stdout.write(f"{time.monotonic() - begun:.1f} s")
