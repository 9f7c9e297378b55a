"""What a version's moves do besides moving it, under the names that processes use."""

from typing import cast

from django.utils.translation import gettext_lazy as _

from layers.corrections import following, jobs
from layers.models import Version
from layers.versions import publishing
from layers.versions.publishing import FIGURES
from workflow.effects import Doing, effect


@effect("draft_version", words=_("compares the draft with what is published"))
def draft_version(doing: Doing) -> None:
    """Compares what is staged with what is published."""
    version = cast(Version, doing.row)
    version.compare()
    doing.set(**{name: getattr(version, name) for name in FIGURES})


@effect("publish_version", words=_("publishes the version"))
def publish_version(doing: Doing) -> None:
    """Takes effect at once, in one transaction with the act."""
    _publish(doing)


def _publish(doing: Doing, *, undoes: bool = False) -> None:
    version = cast(Version, doing.row)
    publishing.publish(version, undoes=undoes)
    doing.set(number=version.number, published_at=version.published_at)
    if not undoes:
        _follow(version)


@effect("install_version", words=_("publishes what the package brings"))
def install_version(doing: Doing) -> None:
    """A site's own layers are published as its package brings them."""
    draft_version(doing)
    publish_version(doing)


@effect("undo_version", words=_("publishes again what was before"))
def undo_version(doing: Doing) -> None:
    """What was published before is published again."""
    draft_version(doing)
    _publish(doing, undoes=True)


@effect("withdraw_version", words=_("puts back what was before"))
def withdraw_version(doing: Doing) -> None:
    """What was there before is published again, in the same act."""
    publishing.put_back(cast(Version, doing.row), by=doing.by)


@effect("discard_version", words=_("throws the draft away"))
def discard_version(doing: Doing) -> None:
    """Marks the move that ends a draft; its rows go with the night's sweep."""
    _follow(cast(Version, doing.row))


def _follow(version: Version) -> None:
    """Corrections that wait for the version are answered by a job of their own.

    Here they would be locked after the layer, and by who accepts one before it.
    """
    if following.waiting_for(version).exists():
        jobs.follow_version.defer(version=version.pk)
