"""Whom a subject concerns: written by effects, read by every `visible_to`."""

from collections.abc import Iterable

from workflow.models import Scope, Subject

# Among the holders of a notice: it is for every open page.
EVERYBODY = 0


def concern(
    subject: Subject,
    *,
    why: str,
    units: Iterable[int] = (),
    people: Iterable[int] = (),
) -> None:
    """From now on these units and people see the subject."""
    key = {"kind": subject.KIND, "subject_id": subject.pk, "why": why}
    rows = [Scope(**key, unit_id=unit) for unit in dict.fromkeys(units)]
    rows += [Scope(**key, user_id=person) for person in dict.fromkeys(people)]
    Scope.objects.bulk_create(rows, ignore_conflicts=True)
    newly(subject).update(row.unit_id or -(row.user_id or 0) for row in rows)


def newly(subject: Subject) -> set[int]:
    """The holders that were added since this row was read: no query."""
    added: set[int] = subject.__dict__.setdefault("_newly_concerned", set())
    return added


def release(subject: Subject, *, why: str) -> None:
    """Who saw the subject for this reason alone sees it no longer."""
    Scope.objects.filter(kind=subject.KIND, subject_id=subject.pk, why=why).delete()


def holders(subject: Subject) -> set[int]:
    """Every `Scope.holder` of the subject."""
    rows = Scope.objects.filter(kind=subject.KIND, subject_id=subject.pk)
    return set(rows.values_list("holder", flat=True))
