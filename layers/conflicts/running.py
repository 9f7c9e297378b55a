"""Runs of the overlay rules: both layers compared, and what was found carried over.

`begin` makes a run and its job; `carry_out` does its work, once, however often it is
called; nothing of a run that was cancelled or broke off remains.
"""

import logging
import time
from collections.abc import Callable

from django.db import OperationalError, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import DomainError
from layers.alone import alone
from layers.conflicts import layer as conflict_layer
from layers.conflicts.overlay.results import Results
from layers.models import ConflictRun, Layer, OverlayRule

# First key of the advisory lock that a rule's worker holds; the second is the rule's.
LOCK = 20_210_601
# A version that comes while a run compares makes it begin again, so often.
ATTEMPTS = 3
log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody asked the run to stop."""


class NotSettled(DomainError):
    """The layers kept changing while they were compared. Run the rule again."""

    status = 409
    message = gettext_noop(
        "The layers kept changing while they were compared. Run the rule again."
    )


def begin(
    rule: OverlayRule, *, by: User | None, then: Callable[[ConflictRun], object]
) -> ConflictRun:
    """A waiting run of the rule; asked twice before it starts, it is the same one.

    ``then`` is called with a new run in the transaction that makes it: a job.
    """
    with transaction.atomic():
        run, made = ConflictRun.objects.get_or_create(
            rule=rule, status=ConflictRun.Status.WAITING, defaults={"by": by}
        )
        if made:
            then(run)
    return run


def cancel(run: ConflictRun) -> ConflictRun:
    """A waiting run ends at once, a running one with its next batch."""
    with transaction.atomic():
        rows = ConflictRun.objects.select_for_update(of=("self",))
        run = rows.select_related("rule").get(pk=run.pk)
        if run.status == ConflictRun.Status.WAITING:
            left, right = _versions(run.rule)
            _save(
                run,
                status=ConflictRun.Status.CANCELLED,
                ended_at=timezone.now(),
                # So that nobody takes these versions for not looked at yet.
                left_version=left,
                right_version=right,
            )
        elif not run.has_ended:
            _save(run, cancel_asked=True)
    return run


def carry_out(run: ConflictRun) -> ConflictRun:
    """Do a run's work; a run that has ended, or that another worker has, is left alone.

    A rule that cannot be run ends its run as failed; only a lost database is raised.
    """
    with alone(LOCK, run.rule_id) as mine:
        run.refresh_from_db()
        if not mine or run.has_ended:
            return run
        begun = time.monotonic()
        try:
            _run(run, begun)
        except Cancelled:
            _end(run, ConflictRun.Status.CANCELLED, begun)
        except OperationalError:
            # The database went away: the job comes again.
            raise
        except DomainError as error:
            _end(run, ConflictRun.Status.FAILED, begun, message=error.text)
        except Exception:
            log.exception("%s broke off", run)
            _end(run, ConflictRun.Status.FAILED, begun, message=DomainError().text)
        log.info("%s: %s, %.1f s", run, run.status, time.monotonic() - begun)
    return run


def _run(run: ConflictRun, begun: float) -> None:
    """Compares batch by batch into a temporary table, then carries over in one step."""
    for _attempt in range(ATTEMPTS):
        rule = OverlayRule.objects.select_related("left", "right").get(pk=run.rule_id)
        versions = _versions(rule)
        with Results.of(rule) as results:
            _compare(run, results, versions)
            if _finish(run, results, versions, begun):
                return
    raise NotSettled


Versions = tuple[int | None, int | None]


def _versions(rule: OverlayRule) -> Versions:
    """What is published now of both layers, by primary key."""
    layers = Layer.objects.filter(pk__in=(rule.left_id, rule.right_id))
    published = dict(layers.values_list("pk", "published"))
    return published[rule.left_id], published[rule.right_id]


def _compare(run: ConflictRun, results: Results, versions: Versions) -> None:
    left, right = versions
    _save(
        run,
        status=ConflictRun.Status.RUNNING,
        rows_done=0,
        left_version=left,
        right_version=right,
    )
    _save(run, rows_total=results.prepare())
    for _step in results.hold():
        _stop_if_asked(run)
    for rows in results.find():
        _save(run, rows_done=rows)
        _stop_if_asked(run)


def _stop_if_asked(run: ConflictRun) -> None:
    if ConflictRun.objects.filter(pk=run.pk, cancel_asked=True).exists():
        raise Cancelled


@transaction.atomic
def _finish(
    run: ConflictRun, results: Results, versions: Versions, begun: float
) -> bool:
    """Conflicts, their layer and the end of the run: all or nothing.

    False where a layer has another version by now: what was found is of no version.
    """
    rule = results.rule
    if ConflictRun.objects.select_for_update().get(pk=run.pk).cancel_asked:
        raise Cancelled
    # In order of id, as everybody locks layers.
    layers = Layer.objects.filter(pk__in=(rule.left_id, rule.right_id)).order_by("pk")
    list(layers.select_for_update(no_key=True).values_list("pk"))
    if _versions(rule) != versions:
        return False
    OverlayRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    outcome = results.carry_over(timezone.now())
    conflict_layer.show(rule)
    _end(
        run,
        ConflictRun.Status.DONE,
        begun,
        found=outcome.found,
        new=outcome.new,
        gone=outcome.gone,
    )
    return True


def _end(run: ConflictRun, status: str, begun: float, **values: object) -> None:
    seconds = round(time.monotonic() - begun, 1)
    _save(run, status=status, seconds=seconds, ended_at=timezone.now(), **values)


def _save(run: ConflictRun, **values: object) -> None:
    for name, value in values.items():
        setattr(run, name, value)
    run.save(update_fields=list(values))


@transaction.atomic
def show_again(rule: OverlayRule) -> None:
    """The layer of open conflicts after something was decided about them."""
    OverlayRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    conflict_layer.show(rule)


def stale_rules() -> list[OverlayRule]:
    """Active rules whose layers have other versions than their last run compared.

    Also those that never ran or were changed since. What failed is not tried again
    until something is different.
    """
    last = ConflictRun.objects.filter(rule=OuterRef("pk")).order_by("-pk")
    rules = (
        OverlayRule.objects.filter(active=True)
        .filter(left__published__isnull=False, right__published__isnull=False)
        .select_related("left", "right")
        .annotate(
            run_at=Subquery(last.values("made_at")[:1]),
            run_ended=Subquery(last.values("ended_at")[:1]),
            run_left=Subquery(last.values("left_version")[:1]),
            run_right=Subquery(last.values("right_version")[:1]),
        )
    )
    changed = (
        Q(run_at__isnull=True)
        | Q(run_at__lt=F("changed_at"))
        | ~Q(run_left=F("left__published"))
        | ~Q(run_right=F("right__published"))
    )
    return list(
        rules.filter(changed).exclude(run_at__isnull=False, run_ended__isnull=True)
    )
