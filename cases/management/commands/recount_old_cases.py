from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.old import totals


class Command(BaseCommand):
    help = "Compare the sums of old systems' cases with the cases, and mend them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only compare; status 1 if any differs"
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        wrong = totals.differences() if check else totals.recount()
        self.stdout.write(f"{wrong} sums differed from the cases.")
        if check and wrong:
            raise CommandError("Run it without --check to mend them.")
