"""What a version's moves do besides moving it, under the names that processes use."""

from typing import cast

from layers import publishing
from layers.models import Version
from layers.publishing import FIGURES
from workflow.effects import Doing, effect


@effect("draft_version")
def draft_version(doing: Doing) -> None:
    """Compares what is staged with what is published."""
    version = cast(Version, doing.row)
    version.compare()
    doing.set(**{name: getattr(version, name) for name in FIGURES})


@effect("publish_version")
def publish_version(doing: Doing) -> None:
    """Takes effect at once, in one transaction with the act."""
    _publish(doing)


def _publish(doing: Doing, *, undoes: bool = False) -> None:
    version = cast(Version, doing.row)
    publishing.publish(version, undoes=undoes)
    doing.set(number=version.number, published_at=version.published_at)


@effect("install_version")
def install_version(doing: Doing) -> None:
    """A site's own layers are published as its package brings them."""
    draft_version(doing)
    publish_version(doing)


@effect("undo_version")
def undo_version(doing: Doing) -> None:
    """What was published before is published again."""
    draft_version(doing)
    _publish(doing, undoes=True)


@effect("withdraw_version")
def withdraw_version(doing: Doing) -> None:
    """Marks the move by which `publishing.withdraw` ends a version."""


@effect("discard_version")
def discard_version(doing: Doing) -> None:
    """Marks the move that ends a draft; its rows go with the night's sweep."""
