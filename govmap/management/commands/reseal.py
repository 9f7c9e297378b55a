"""After a new key was put in front of GOVMAP_PERSONAL_KEYS: seal every row with it."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction

from govmap.lib.sealed import reseal, sealed_models

BATCH = 500


class Command(BaseCommand):
    help = "Seal personal texts with the newest key. Safe to run twice."

    def handle(self, **options: Any) -> None:
        for model in sealed_models(apps.get_models()):
            count = _reseal_all(model)
            self.stdout.write(f"{model._meta.label}: {count}")


def _reseal_all(model: type[models.Model]) -> int:
    """Batch by batch, so that nobody waits long for a row. How many rows."""
    count, last = 0, 0
    rows = model._base_manager.order_by("pk")
    while True:
        with transaction.atomic():
            batch = list(rows.filter(pk__gt=last).select_for_update()[:BATCH])
            for row in batch:
                row.save(update_fields=reseal(row))
        if not batch:
            return count
        count, last = count + len(batch), batch[-1].pk
