"""Who may do which move now: posts, who took part before, guards."""

from collections.abc import Iterable, Sequence

from accounts.models import Membership, User
from accounts.robots import USERNAME
from workflow.guards import refusal
from workflow.models import Subject, Transition
from workflow.surroundings import Surroundings

ASKER = "asker"


def post_for(
    subject: Subject,
    move: Transition,
    by: User,
    around: Surroundings | None = None,
) -> Membership | None:
    """The post in which the person may do the move, if there is one.

    Without ``around`` it is not asked who asked for what the move answers.
    """
    if move.auto and by.username == USERNAME:
        return next(iter(by.posts), None)
    for who in move.who:
        if "is" in who and by.pk not in subject.related_people(who["is"]):
            continue
        if around and _asked_himself(subject, who, around):
            continue
        units = subject.related_units(who["at"]) if "at" in who else None
        for post in by.posts:
            if post.role == who["role"] and (units is None or post.unit_id in units):
                return post
    return None


def excluded(who: dict[str, object]) -> list[str]:
    """Whom an entry of ``who`` excludes: ``asker:what``, one or several."""
    found = who.get("not", [])
    return [found] if isinstance(found, str) else list(found)  # type: ignore[call-overload]


def _asked_himself(
    subject: Subject, who: dict[str, object], around: Surroundings
) -> bool:
    """Whether the person is who asked last for what the entry names."""
    for name in excluded(who):
        what = name.removeprefix(f"{ASKER}:")
        rows = around.requests.get(subject.pk, [])
        asked = [row.asked_by_id for row in rows if row.what == what]
        if asked and asked[-1] == around.by.pk:
            return True
    return False


def is_barred(subject: Subject, move: Transition, around: Surroundings) -> bool:
    """True where the person moved the subject out of a phase that bars him."""
    if not move.barred or not subject.pk:
        return False
    return not around.phases_left[subject.uuid].isdisjoint(move.barred)


def open_moves(
    subjects: Sequence[Subject],
    by: User,
    *,
    roles: Iterable[str] | None = None,
    around: Surroundings | None = None,
) -> dict[int, list[Transition]]:
    """The moves that the person may do now on each subject, by primary key.

    Only in a post of one of ``roles``, where these are given. At most three queries
    however many subjects (of one kind) there are, if they come with what
    `Subject.related_units` reads; none of what ``around`` knows already.
    """
    around = around or Surroundings(subjects, by)
    wanted = None if roles is None else set(roles)
    return {
        row.pk: [
            move
            for move in row.moves_from_here()
            if _is_open(row, move, around, wanted)
        ]
        for row in subjects
    }


def _is_open(
    row: Subject, move: Transition, around: Surroundings, roles: set[str] | None
) -> bool:
    post = post_for(row, move, around.by, around)
    if post is None or (roles is not None and post.role not in roles):
        return False
    return not is_barred(row, move, around) and not refusal(row, move, around)
