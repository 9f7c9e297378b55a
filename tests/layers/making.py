"""Versions and their rows as they lie in the tables, without a file."""

from typing import Any

from accounts.robots import robot
from layers.models import DraftRow, Feature, Layer, Version
from workflow.models import Process


def make_version(layer: Layer, state: str = "draft", **figures: Any) -> Version:
    process = Process.objects.current(Version.KIND)
    given = {"source_name": "", "source_sha256": "", "made_by": robot(), **figures}
    return Version.objects.create(
        layer=layer,
        process=process,
        state=process.states.get(code=state),
        base=layer.published,
        **given,
    )


def publish_next(layer: Layer) -> Version:
    """The same rows as the layer's next version."""
    assert layer.published and layer.published.number
    layer.published = make_version(
        layer,
        "published",
        number=layer.published.number + 1,
        published_at=layer.published.published_at,
    )
    layer.save(update_fields=["published"])
    return layer.published


def draft_row(version: Version, like: Feature, change: str) -> DraftRow:
    same = ("key", "geometry", "mercator", "properties", "valid", "cell")
    given = {name: getattr(like, name) for name in same}
    return DraftRow.objects.create(version=version, change=change, **given)
