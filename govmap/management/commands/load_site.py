import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import Site
from govmap.lib.errors import DomainError


class Command(BaseCommand):
    help = "Load a site package (a folder). Safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing where a site is loaded."
        )

    def handle(self, *, folder: Path, if_empty: bool, **options: Any) -> None:
        if if_empty and Site.objects.filter(loaded_at__isnull=False).exists():
            self.stdout.write("A site is loaded already.")
            return
        if not (folder / "site.json").is_file():
            raise CommandError(
                f"{folder} holds no site.json, so it is no site package."
                " Name the folder of one, or make the demonstration's by"
                f" manage.py make_demo_site {folder}"
            )
        begun = time.monotonic()
        for name in settings.SITE_LOADERS:
            self._load(import_string(name), folder, begun)
        Site.objects.update(loaded_at=timezone.now())
        self._say("site loaded", begun)

    def _load(self, load: Callable[..., None], folder: Path, begun: float) -> None:
        try:
            load(folder, lambda line: self._say(line, begun))
        except DomainError as error:
            raise CommandError(f"{folder}: {error.text}") from error

    def _say(self, line: str, begun: float) -> None:
        self.stdout.write(f"{time.monotonic() - begun:7.1f} s  {line}")
        # Through a pipe the lines would otherwise come all at the end.
        self.stdout.flush()
