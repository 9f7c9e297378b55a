from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from govmap import demo


class Command(BaseCommand):
    help = "Write the demonstration site package into a folder. Needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--seed", type=int, default=demo.SEED)
        parser.add_argument("--size", choices=demo.SIZES, default="full")

    def handle(self, *, folder: Path, seed: int, size: str, **options: Any) -> None:
        demo.make(folder, seed, self.stdout.write, size=size)
