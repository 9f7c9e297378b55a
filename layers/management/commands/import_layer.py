import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from uuid_utils.compat import uuid7

from govmap.lib.errors import DomainError
from layers.imports import carrying, intake, reasons
from layers.loading import summary
from layers.models import ImportRun, Layer


class Command(BaseCommand):
    help = (
        "Import a GeoPackage, GeoJSON or zipped shapefile as a layer's next version."
        " Safe to run twice: rows that stay are not written again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the layer's code in the catalogue")
        parser.add_argument("path", type=Path)
        parser.add_argument("--crs", default="", help="such as EPSG:4527")
        parser.add_argument("--encoding", default="", help="such as GBK")
        parser.add_argument("--layer", default="", help="one of several in the file")
        parser.add_argument(
            "--anywhere",
            action="store_true",
            help="take rows outside the district, too",
        )

    def handle(self, *, code: str, path: Path, **options: Any) -> None:
        layer = Layer.objects.filter(code=code).first()
        if layer is None:
            codes = ", ".join(Layer.objects.values_list("code", flat=True))
            raise CommandError(f"There is no layer {code}. There are: {codes}")
        wanted = {name: options[name] for name in ("crs", "encoding", "layer")}
        try:
            with path.open("rb") as file:
                run = intake.begin(
                    layer,
                    file,
                    name=path.name,
                    uuid=uuid7(),
                    by=None,
                    options={**wanted, "anywhere": options["anywhere"]},
                )
        except (OSError, DomainError) as error:
            raise CommandError(f"{path}: {error}") from error
        carrying.carry_out(run, progress=self._progress)
        self._report(run)

    def _progress(self, read: int, total: int | None) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"{read} / {total or '?'}", ending="\r")

    def _report(self, run: ImportRun) -> None:
        for refusal in run.report["refusals"]:
            self.stderr.write(
                f"row {refusal['row']} {refusal['key']}: {reasons.of_row(refusal)}"
            )
        if run.status != ImportRun.Status.DONE:
            raise CommandError(f"{run.source_name}: {run.message}")
        self.stdout.write(f"{run.version}: {summary(run)}")
