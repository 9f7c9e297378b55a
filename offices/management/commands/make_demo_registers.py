"""Invented people, households, dwellings and organisations for the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Site
from offices.comparison import demo as comparison_demo
from offices.registers import demo


class Command(BaseCommand):
    help = "Make the demonstration's registers: all invented. Safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--streets", type=int, default=2, help="how many streets, by code"
        )

    def handle(self, *, streets: int, **options: Any) -> None:
        if not Site.objects.filter(demonstration=True).exists():
            raise CommandError("Only a demonstration gets invented people.")
        for street in list(demo.streets())[:streets]:
            self.stdout.write(demo.make(street))
            self.stdout.write(comparison_demo.make(street))
