import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases import demo
from cases.matters import demo as matter_demo
from cases.old import demo as old_demo
from cases.orders import demo as order_demo
from cases.whistles import demo as whistle_demo
from govmap.lib.errors import DomainError


class Command(BaseCommand):
    help = "Fill a demonstration site with invented cases. Safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=120)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, count: int, seed: int, **options: Any) -> None:
        begun = time.monotonic()

        def say(line: str) -> None:
            self.stdout.write(f"{time.monotonic() - begun:7.1f} s  {line}")
            # Through a pipe the lines would otherwise come all at the end.
            self.stdout.flush()

        try:
            done = demo.make(count, seed, say)
            order_demo.make(say)
            whistle_demo.make(say)
            old_demo.make(say)
            matter_demo.make(say)
        except DomainError as error:
            raise CommandError(error.text) from error
        say(f"{done.made} invented cases made, {done.there} were there")
