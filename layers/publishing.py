"""The life of a version: drafted from a file, published, withdrawn, restored.

Who may do what, and from which state, is the process's data (``processes/``); the moves
change rows through the effects of ``layers.effects``, which call what stands here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_noop
from uuid_utils.compat import uuid7

from accounts.models import User
from accounts.robots import robot
from govmap.lib.errors import Conflict
from layers import quality
from layers.importers import registers
from layers.importers.staging import TABLE, Difference, Staging
from layers.importers.trouble import Trouble
from layers.models import DraftRow, Feature, GridCell, Layer, Version
from layers.overviews import make_overviews
from workflow.engine import act, begin, verb_with
from workflow.models import Event, Process

Refusals = list[dict[str, Any]]


class Outdated(Conflict):
    """Another version was published since this draft was compared. Compare it again."""

    message = gettext_noop(
        "Another version was published since this draft was compared. Compare it again."
    )


class NotTheNewest(Conflict):
    """Only the version that is published now can be withdrawn."""

    message = gettext_noop("Only the version that is published now can be withdrawn.")


class NothingDiffers(Exception):
    """What was staged is what is published: there is nothing to draft."""

    def __init__(self, difference: Difference) -> None:
        super().__init__()
        self.difference = difference


@dataclass(frozen=True)
class Source:
    """Where a version's rows come from, and from which day they are true."""

    name: str
    sha256: str
    as_of: date | None = None  # today


@dataclass(frozen=True)
class Drafted:
    """What came of it. ``version`` is the standing one where nothing differs."""

    version: Version
    difference: Difference
    refused: Refusals
    differs: bool = True


def draft(
    staging: Staging,
    source: Source,
    *,
    by: User,
    act_id: UUID,
    at_once: bool = False,
    refused: Refusals | None = None,
    may_be_empty: bool = False,
) -> Drafted:
    """Make what is staged the layer's new draft; ``at_once`` publishes it too.

    Nothing is made where nothing differs. Raises Trouble where no row can be taken
    (unless it ``may_be_empty``), and what `workflow.engine.begin` raises.
    """
    layer = staging.layer
    refused = [*(refused or ()), *staging.refuse_twins()]
    refused += registers.check(layer, staging)
    if not (may_be_empty or staging.count()):
        raise Trouble("no_good_rows", refused=refused)
    effect = "install_version" if at_once else "draft_version"
    try:
        version, difference = _begin(
            staging, source, effect=effect, by=by, act_id=act_id
        )
    except NothingDiffers as nothing:
        assert layer.published
        return Drafted(layer.published, nothing.difference, refused, differs=False)
    return Drafted(version, difference, refused)


@transaction.atomic
def _begin(
    staging: Staging, source: Source, *, effect: str, by: User, act_id: UUID
) -> tuple[Version, Difference]:
    layer = Layer.objects.select_for_update(no_key=True).get(pk=staging.layer.pk)
    staging.layer = layer
    version = Version(
        process=Process.objects.current(Version.KIND),
        layer=layer,
        base=layer.published,
        as_of=source.as_of or timezone.localdate(),
        source_name=source.name,
        source_sha256=source.sha256,
        made_by=by,
    )
    differences: list[Difference] = []

    def compare() -> None:
        differences.append(_compare(version, staging))

    version.compare = compare
    verb = verb_with(version.process, effect, opens=True)
    begin(version, verb, by=by, act_id=act_id)
    return version, differences[0]


def _compare(version: Version, staging: Staging) -> Difference:
    """The draft's rows and figures, written while its first move is made."""
    layer = version.layer
    difference = staging.compare(version)
    if difference.is_nothing and version.base:
        raise NothingDiffers(difference)
    version.rows = difference.total
    version.added = difference.added
    version.changed = difference.changed
    version.moved = difference.moved
    version.closed = difference.closed
    version.kept = difference.kept
    version.quality = quality.of_rows(layer, TABLE, "row.geometry IS NOT NULL")
    return difference


FIGURES = ("rows", "added", "changed", "moved", "closed", "kept", "quality")


def publish(version: Version, *, undoes: bool = False) -> None:
    """Make the draft's rows what the layer holds; the caller saves the version.

    ``undoes``: what it closes was a mistake and never so. Raises Outdated. Rows that
    stay are not written again.
    """
    layer = Layer.objects.select_for_update(no_key=True).get(pk=version.layer_id)
    if layer.published_id != version.base_id:
        raise Outdated
    newest = layer.versions.aggregate(newest=Max("number"))["newest"] or 0
    version.number = newest + 1
    version.published_at = timezone.now()
    _place_again(version)
    _write(version, undoes=undoes)
    registers.feed(layer, version.number)
    make_overviews(layer, version=version.number)
    layer.published = version
    layer.save(update_fields=["published"])
    version.layer = layer


def _place_again(version: Version) -> None:
    """Where the grid changed since the draft was made, its rows find their cells."""
    grid = GridCell.objects.filter(
        Q(valid__startswith__gte=version.made_at)
        | Q(valid__endswith__gte=version.made_at)
    )
    if version.layer.feeds != Layer.Feeds.REGIONS and grid.exists():
        _run(_PLACE, version=version.pk)


def _write(version: Version, *, undoes: bool) -> None:
    values = {
        "undoes": undoes,
        "version": version.pk,
        "layer": version.layer_id,
        "number": version.number,
        "as_of": version.as_of,
    }
    if version.base_id:
        _run(_CUT, **values)
        _run(_CLOSE, **values)
    _run(_OPEN, **values)


def _run(statement: str, **values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


_PLACE = """
UPDATE layers_draftrow row SET cell = coalesce((
    SELECT cell.code FROM layers_gridcell cell WHERE upper_inf(cell.valid)
    AND ST_Covers(cell.geometry, ST_PointOnSurface(row.geometry))
    ORDER BY cell.code LIMIT 1), '')
WHERE version_id = %(version)s AND change <> 'gone'
"""
# The day from which a draft's row takes the place of whatever was said of its key; null
# where it leaves nothing of it: a form that was always so, or never.
_SINCE = "CASE WHEN row.change = 'gone' THEN %(as_of)s::date ELSE lower(row.valid) END"
# Rows of one key may not overlap. (Of the empty range only the empty range is left.)
_UNTIL = f"""CASE WHEN {_SINCE} IS NULL THEN 'empty'::daterange
    ELSE old.valid * daterange(NULL, {_SINCE}) END"""
# What was closed before gives way, too, where a version goes back in time, and where a
# key comes back.
_CUT = f"""
UPDATE layers_feature old SET valid = {_UNTIL}
FROM layers_draftrow row
WHERE row.version_id = %(version)s AND old.layer_id = %(layer)s
AND old.known_to IS NOT NULL AND old.key = row.key AND old.valid <> {_UNTIL}
"""
_CLOSE = f"""
UPDATE layers_feature old SET known_to = %(number)s,
    valid = CASE WHEN %(undoes)s THEN 'empty'::daterange ELSE {_UNTIL} END
FROM layers_draftrow row
WHERE row.version_id = %(version)s AND row.change IN ('changed', 'gone')
AND old.layer_id = %(layer)s AND old.known_to IS NULL AND old.key = row.key
"""
_OPEN = """
INSERT INTO layers_feature
    (layer_id, key, known_from, valid, geometry, mercator, properties, cell)
SELECT %(layer)s, key, %(number)s, valid, geometry, mercator, properties, cell
FROM layers_draftrow
WHERE version_id = %(version)s AND change IN ('new', 'changed') ORDER BY id
"""


@transaction.atomic
def withdraw(
    version: Version, *, by: User, act_id: UUID, evidence: dict[str, Any]
) -> Version:
    """Take the published version back: a new version equal to the one before.

    Returns that. Raises NotTheNewest, and what `workflow.engine.act` raises.
    """
    # Its row first: who waits for it must not hold what comes later.
    row = Version.objects.select_for_update().get(pk=version.pk)
    verb = verb_with(row.process, "withdraw_version")
    if done := Event.objects.filter(act_id=act_id).first():
        act(row, verb, by=by, act_id=act_id, evidence=evidence)
        return Version.objects.get(layer=row.layer_id, number=_number(done) + 1)
    if row.layer.published_id != row.pk or row.number is None:
        raise NotTheNewest
    before = row.layer.versions.filter(number=row.number - 1).first()
    source = Source(
        name=before.source_name if before else "",
        sha256=before.source_sha256 if before else "",
        # No earlier than what it brings back was said to be true.
        as_of=max(row.as_of, before.as_of) if before else row.as_of,
    )
    with Staging.of(row.layer) as staging:
        staging.copy_version(row.number - 1)
        staging.index()
        equal, _difference = _begin(
            staging, source, effect="undo_version", by=by, act_id=uuid7()
        )
    act(row, verb, by=by, act_id=act_id, evidence=evidence)
    return equal


def _number(event: Event) -> int:
    number = Version.objects.values_list("number", flat=True).get(pk=event.subject_id)
    assert number is not None
    return number


def restore(version: Version, *, by: User, act_id: UUID) -> Drafted:
    """A draft equal to an older version, to be reviewed as any other."""
    source = Source(version.source_name, version.source_sha256)
    assert version.number is not None
    with Staging.of(version.layer) as staging:
        staging.copy_version(version.number)
        staging.index()
        return draft(staging, source, by=by, act_id=act_id)


def forget_draft_rows(version: Version) -> int:
    """Drop what a published or discarded draft no longer needs; how many rows."""
    return DraftRow.objects.filter(version=version).delete()[0]


def install(layer: Layer, stage: Callable[[Staging], None], source: Source) -> Drafted:
    """Publish at once what ``stage`` puts into staging, in the system's own name.

    For layers that the system makes itself; they are reviewed by nobody, and may have
    no row left: conflicts that are all settled.
    """
    with Staging.of(layer) as staging:
        stage(staging)
        staging.index()
        return draft(
            staging,
            source,
            by=robot(),
            act_id=uuid7(),
            at_once=True,
            may_be_empty=True,
        )


def features_of(version: Version) -> Any:
    """The rows that the layer had with this published version."""
    assert version.number is not None
    return Feature.objects.filter(layer=version.layer_id).of_version(version.number)
