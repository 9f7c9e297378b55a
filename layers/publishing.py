"""A new version of a layer: the difference by key against what is published."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from layers.importers import registers
from layers.importers.staging import Difference, Staging
from layers.importers.trouble import Trouble
from layers.models import Layer, Version
from layers.overviews import make_overviews


@dataclass(frozen=True)
class Published:
    """What came of it. ``version`` is the standing one where nothing differs."""

    version: Version
    difference: Difference
    refused: list[dict[str, Any]]


@transaction.atomic
def publish(
    staging: Staging, *, source_name: str, sha256: str, by: User | None
) -> Published:
    """Write what is staged as the layer's next version and publish it.

    Rows that stay are not written again. Raises Trouble where no row can be taken.
    """
    layer = Layer.objects.select_for_update(no_key=True).get(pk=staging.layer.pk)
    refused = staging.refuse_twins() + registers.check(layer, staging)
    if not staging.count():
        raise Trouble("no_good_rows", refused=refused)
    newest = layer.versions.aggregate(newest=Max("number"))["newest"] or 0
    difference = staging.write(newest + 1)
    if difference.is_nothing and layer.published:
        return Published(layer.published, difference, refused)
    registers.feed(layer, newest + 1)
    make_overviews(layer, version=newest + 1)
    layer.published = Version.objects.create(
        layer=layer,
        number=newest + 1,
        source_name=source_name,
        source_sha256=sha256,
        made_by=by,
        published_at=timezone.now(),
        rows=difference.total,
        added=difference.added,
        changed=difference.changed,
        closed=difference.closed,
    )
    layer.save(update_fields=["published"])
    return Published(layer.published, difference, refused)


@transaction.atomic
def restore(version: Version, *, by: User) -> Published:
    """Undo: a new version equal to an older one; what was known stays known."""
    with Staging.of(version.layer) as staging:
        staging.copy_version(version.number)
        staging.index()
        return publish(
            staging,
            source_name=version.source_name,
            sha256=version.source_sha256,
            by=by,
        )
