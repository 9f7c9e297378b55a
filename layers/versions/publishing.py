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
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_noop
from uuid_utils.compat import uuid7

from accounts.models import User
from accounts.robots import robot
from govmap.lib.errors import Conflict
from layers.bulk import many_rows
from layers.models import DraftRow, Feature, GridCell, Layer, Version
from layers.reading.trouble import Trouble
from layers.tiles.overviews import make_overviews
from layers.versions import quality, registers
from layers.versions.staging import TABLE, Difference, Staging
from workflow.engine import act, begin, verb_with
from workflow.models import Event, Phase, Process

Refusals = list[dict[str, Any]]


class Outdated(Conflict):
    """Another version was published since this draft was compared. Compare it again."""

    message = gettext_noop(
        "Another version was published since this draft was compared. Compare it again."
    )


class NotTheNewest(Conflict):
    """Only the version that is published now can be withdrawn."""

    message = gettext_noop("Only the version that is published now can be withdrawn.")


class NothingBefore(Conflict):
    """There is no version before this one. Restore an older one, or upload a file."""

    message = gettext_noop(
        "There is no version before this one. Restore an older one, or upload a file."
    )


class NothingDiffers(Exception):
    """What was staged is what is published: there is nothing to draft."""

    def __init__(self, difference: Difference, published: Version) -> None:
        super().__init__()
        self.difference, self.published = difference, published


@dataclass(frozen=True)
class Source:
    """Where a version's rows come from, and from which day they are true."""

    name: str
    sha256: str
    as_of: date | None = None  # today
    quality: dict[str, Any] | None = None  # where it is known: of an older version


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
        return Drafted(nothing.published, nothing.difference, refused, differs=False)
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
        differences.append(_compare(version, staging, source.quality))

    version.compare = compare
    verb = verb_with(version.process, effect, opens=True)
    begin(version, verb, by=by, act_id=act_id)
    return version, differences[0]


def _compare(
    version: Version, staging: Staging, known: dict[str, Any] | None
) -> Difference:
    """The draft's rows and figures, written while its first move is made."""
    layer = version.layer
    difference = staging.compare(version)
    if difference.is_nothing and version.base:
        raise NothingDiffers(difference, version.base)
    version.rows = difference.total
    version.added = difference.added
    version.changed = difference.changed
    version.moved = difference.moved
    version.closed = difference.closed
    version.kept = difference.kept
    good = "row.geometry IS NOT NULL"
    version.quality = known or quality.of_rows(layer, TABLE, good)
    return difference


# Beyond so many new rows the planner has to be told of them.
MANY = 5000
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
    with many_rows():
        if version.base_id:
            _run(_CUT, **values)
            _run(_CLOSE, **values)
        opened = _run(_OPEN, **values)
    if opened > MANY and opened > known_features() / 5:
        _run("SELECT layers_analyze_features()")


def known_features() -> float:
    """How many rows the planner takes the table for; fewer than 0: it never looked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE oid = 'layers_feature'::regclass"
        )
        return float(cursor.fetchone()[0])


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


def withdraw(
    version: Version, *, by: User, act_id: UUID, evidence: dict[str, Any]
) -> Version:
    """Take the published version back; returns the new one, equal to the one before.

    Raises NotTheNewest, NothingBefore, and what `workflow.engine.act` raises.
    """
    verb = verb_with(version.process, "withdraw_version")
    act(version, verb, by=by, act_id=act_id, evidence=evidence)
    return Version.objects.get(base=version, number=version_number(version) + 1)


def put_back(version: Version, *, by: User) -> Version:
    """Publish at once what the layer held before this version, in the same act."""
    # The layer's row first, as whoever publishes takes it.
    layer = Layer.objects.select_for_update(no_key=True).get(pk=version.layer_id)
    if layer.published_id != version.pk:
        raise NotTheNewest
    if origin_of(version) is None:
        raise NothingBefore
    before = before_of(version)
    source = Source(
        name=before.source_name if before else "",
        sha256=before.source_sha256 if before else "",
        # No earlier than what it brings back was said to be true.
        as_of=max(version.as_of, before.as_of) if before else version.as_of,
        quality=before.quality if before else None,
    )
    with Staging.of(layer) as staging:
        staging.copy_version(version_number(before) if before else 0)
        staging.index()
        equal, _difference = _begin(
            staging, source, effect="undo_version", by=by, act_id=uuid7()
        )
    return equal


def origin_of(version: Version) -> Version | None:
    """The version whose rows this one repeats: itself, unless it undid another.

    None where it emptied the layer, for nothing had been there before.
    """
    if version.base is None or not _undid(version):
        return version
    return before_of(version.base)


def before_of(version: Version) -> Version | None:
    """What the layer held before the rows of this version came; None for nothing.

    Withdrawing what an undo brought back goes on backwards: it never returns to what
    was withdrawn already.
    """
    origin = origin_of(version)
    return origin_of(origin.base) if origin and origin.base else None


def _undid(version: Version) -> bool:
    """Whether it was made by taking another version back."""
    verb = verb_with(version.process, "undo_version", opens=True)
    events = Event.objects.of(Version.KIND, version.uuid)
    return events.filter(seq=1, verb=verb).exists()


def version_number(version: Version) -> int:
    if version.number is None:
        version.refresh_from_db(fields=["number"])
    assert version.number is not None
    return version.number


def restore(version: Version, *, by: User, act_id: UUID) -> Drafted:
    """A draft equal to an older version, to be reviewed as any other.

    The same act again answers the draft that it made.
    """
    if done := Event.objects.filter(act_id=act_id, actor=by).first():
        made = Version.objects.get(pk=done.subject_id)
        return Drafted(made, _said(made), [])
    source = Source(version.source_name, version.source_sha256, quality=version.quality)
    with transaction.atomic(), Staging.of(version.layer) as staging:
        # Nobody publishes between the reading and the comparison.
        Layer.objects.select_for_update(no_key=True).get(pk=version.layer_id)
        staging.copy_version(version_number(version))
        staging.index()
        return draft(staging, source, by=by, act_id=act_id, may_be_empty=True)


def _said(version: Version) -> Difference:
    """The figures that a draft was made with."""
    return Difference(
        added=version.added,
        changed=version.changed,
        moved=version.moved,
        closed=version.closed,
        kept=version.kept,
        total=version.rows,
    )


# Rows that one transaction of the night's sweep deletes.
SWEPT_AT_ONCE = 20_000


def forget_draft_rows(version: Version) -> int:
    """Drop what a published or discarded draft no longer needs; how many rows.

    In steps, each a transaction of its own where none is open.
    """
    gone = 0
    while True:
        some = DraftRow.objects.filter(version=version).values("pk")[:SWEPT_AT_ONCE]
        deleted, _models = DraftRow.objects.filter(pk__in=some).delete()
        gone += deleted
        if not deleted:
            return gone


def sweep_drafts() -> int:
    """Drop the rows of all drafts whose life is over; how many rows."""
    kept = DraftRow.objects.filter(version=OuterRef("pk"))
    done = Version.objects.filter(Exists(kept), state__phase=Phase.DONE)
    return sum(forget_draft_rows(version) for version in done)


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
