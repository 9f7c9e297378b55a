from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.evaluation.recount import recount
from cases.evaluation.totals import fold


class Command(BaseCommand):
    help = "Compare what is counted of every case with its record, and mend it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only compare; status 1 if any differs"
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        wrong = recount(heal=not check)
        if not check:
            while fold():
                pass
        self.stdout.write(f"{wrong} cases differed from their record.")
        if check and wrong:
            raise CommandError("Run it without --check to mend them.")
