"""内部评论: written on a case, with people and units called by name.

The words lie in a row that can be erased; the event on the case names the row alone.
They are in no export and on no page of whoever only reported the case.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Membership, Unit, User
from accounts.roles import SEES_UNIT
from cases.models import (
    Assignment,
    Case,
    Comment,
    CommentChange,
    CommentQuerySet,
    Mention,
    Order,
)
from cases.models.comment import TEXT_MOST
from govmap.lib.errors import BadInput, Conflict, NotAllowed, NotFound
from govmap.lib.once import queue_behind_same
from workflow import notices, own_labels, record, seeing
from workflow.effects import Doing
from workflow.evidence import Given
from workflow.models import Scope, Transition
from workflow.pinyin import initials
from workflow.scope import holders

SAID, EDITED, WITHDRAWN = "talk.said", "talk.edited", "talk.withdrawn"
own_labels.LABELS |= {
    SAID: gettext_lazy("Internal comment"),
    EDITED: gettext_lazy("Internal comment changed"),
    WITHDRAWN: gettext_lazy("Internal comment taken back"),
}
own_labels.INTERNAL |= {SAID, EDITED, WITHDRAWN}
CALLED = "talk_called"
notices.says(CALLED, gettext_lazy("%(by)s calls you in a comment"))
CHANGES_FOR = timedelta(minutes=10)
SHOWN, FOUND_MOST = 200, 12


class NoWords(BadInput):
    """A comment has words."""

    message = gettext_noop("Write the comment, at most %(count)s characters.")


class NoTalk(NotAllowed):
    """The case is not for talk, or not for this reader's."""

    message = gettext_noop(
        "The caller of this case is confidential: only the centre of the district"
        " comments on it."
    )


class TooLate(Conflict):
    """After ten minutes a comment stands."""

    message = gettext_noop(
        "A comment can be changed for ten minutes. Write another one instead."
    )


def seen_by(user: User, case: Case) -> CommentQuerySet:
    """The comments of the case that this person reads, oldest first."""
    if not may_talk(user, case):
        return Comment.objects.none()
    return Comment.objects.visible_to(user).filter(case=case).listed()


def may_talk(user: User, case: Case) -> bool:
    """Whose work the case is; where its caller is confidential, the district alone."""
    if user.sees_district:
        return True
    return own_labels.works_on(user, case) and not is_confidential(case)


def newest(rows: CommentQuerySet) -> list[Comment]:
    """As many as a page shows, oldest first."""
    return list(rows.order_by("-pk")[:SHOWN])[::-1]


def is_confidential(case: Case) -> bool:
    return Order.objects.filter(case=case, secret=True).exists()


@dataclass(frozen=True)
class Called:
    """Somebody, or a unit, that a comment on the case may call."""

    name: str
    about: str
    person: User | None = None
    unit: Unit | None = None


def callable_by(user: User, case: Case) -> list[Called]:
    """Units of the case, and people who see it by a post: three queries."""
    parts = Assignment.objects.filter(case=case).running().values("unit")
    scope = Scope.objects.filter(
        kind=Case.KIND, subject_id=case.pk, unit__isnull=False
    ).values("unit")
    units = list(
        Unit.objects.filter(Q(pk__in=scope) | Q(pk__in=parts)).order_by("code")
    )
    district = Q(unit__kind=Unit.Kind.DISTRICT)
    if is_confidential(case):
        units, asked = [], district
    else:
        asked = district | Q(unit__in=units)
    posts = Membership.objects.valid_at(timezone.now()).filter(
        asked, role__in=SEES_UNIT, user__is_active=True
    )
    people: dict[int, Called] = {}
    for post in posts.select_related("user", "unit").order_by("unit__code", "pk"):
        if post.user_id != user.pk:
            people.setdefault(
                post.user_id,
                Called(str(post.user), str(post.unit), person=post.user),
            )
    named = [Called(str(unit), "", unit=unit) for unit in units]
    return [*people.values(), *named]


def find(user: User, case: Case, query: str) -> list[Called]:
    """Those whose name, unit or initials begin with or hold the words."""
    query = query.strip().lower()
    found = [
        row
        for row in callable_by(user, case)
        if query in row.name.lower()
        or query in row.about.lower()
        or (query.isascii() and query in initials(row.name))
    ]
    return found[:FOUND_MOST]


def called_in(text: str, rows: Iterable[Called]) -> list[Called]:
    """Those whose whole name stands behind an @, the longest name first.

    A name that another begins with is called only where it stands by itself.
    """
    named: dict[str, list[Called]] = {}
    for row in rows:
        named.setdefault(row.name, []).append(row)
    found: list[Called] = []
    for name in sorted(named, key=len, reverse=True):
        if f"@{name}" in text:
            found += named[name]
            text = text.replace(f"@{name}", " ")
    return found


@transaction.atomic
def say(
    case: Case, user: User, *, uuid: UUID, text: str, own_unit: bool = False
) -> Comment:
    """Write a comment: sent again, it is the same one.

    Raises NotAllowed, NoTalk (403), NoWords (400), NotFound where the uuid is
    somebody else's.
    """
    if not may_talk(user, case):
        raise NoTalk if own_labels.works_on(user, case) else NotAllowed
    queue_behind_same(uuid)
    if done := Comment.objects.filter(uuid=uuid).first():
        if done.author_id != user.pk or done.case_id != case.pk:
            raise NotFound
        return done
    row = _locked(case)
    post = _post(row, user)
    comment = Comment.objects.create(
        uuid=uuid,
        case=row,
        author=user,
        unit=post.unit,
        own_unit=own_unit,
        text=clean(text),
        made_at=timezone.now(),
    )
    _call(comment)
    _record(row, user, post, SAID, comment)
    return comment


@transaction.atomic
def change(comment: Comment, user: User, text: str) -> Comment:
    """Other words, within ten minutes. Raises NotAllowed, TooLate, NoWords."""
    case, row = _own(comment, user)
    row.text, row.edited_at = clean(text), timezone.now()
    row.save(update_fields=["text", "edited_at"])
    CommentChange.objects.create(comment=row, deed="edited", at=row.edited_at)
    _call(row)
    _record(case, user, _post(case, user), EDITED, row)
    return row


@transaction.atomic
def withdraw(comment: Comment, user: User) -> Comment:
    """The words go; that there was a comment stays. Raises NotAllowed, TooLate."""
    case, row = _own(comment, user)
    row.text, row.withdrawn_at = "", timezone.now()
    row.save(update_fields=["text", "withdrawn_at"])
    CommentChange.objects.create(comment=row, deed="withdrawn", at=row.withdrawn_at)
    row.mentions.all().delete()
    _record(case, user, _post(case, user), WITHDRAWN, row)
    return row


def can_change(comment: Comment, user: User, now: datetime) -> bool:
    fresh = comment.made_at + CHANGES_FOR > now
    return comment.author_id == user.pk and fresh and not comment.withdrawn_at


def clean(text: str) -> str:
    """Raises NoWords."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text or len(text) > TEXT_MOST:
        raise NoWords(count=TEXT_MOST)
    return text


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).get(pk=case.pk)


def _own(comment: Comment, user: User) -> tuple[Case, Comment]:
    """The case and the comment, locked. Raises NotAllowed, TooLate."""
    case = _locked(comment.case)
    row = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if row.author_id != user.pk:
        raise NotAllowed
    if not can_change(row, user, timezone.now()):
        raise TooLate
    return case, row


def _post(case: Case, user: User) -> Membership:
    """The post in which he speaks: of a unit of the case first."""
    posts = [post for post in user.posts if post.role in SEES_UNIT]
    units = set(
        Scope.objects.filter(kind=Case.KIND, subject_id=case.pk).values_list(
            "unit", flat=True
        )
    )
    return next((post for post in posts if post.unit_id in units), posts[0])


def _call(comment: Comment) -> None:
    """Tell those who are called; of a comment for the own unit only its people."""
    rows = callable_by(comment.author, comment.case)
    if comment.own_unit:
        own = set(
            Membership.objects.valid_at(timezone.now())
            .filter(unit=comment.unit, role__in=SEES_UNIT)
            .values_list("user_id", flat=True)
        )
        rows = [row for row in rows if row.person and row.person.pk in own]
    found = called_in(comment.text, rows)
    comment.mentions.all().delete()
    Mention.objects.bulk_create(
        Mention(comment=comment, person=row.person, unit=row.unit) for row in found
    )
    notices.notify(
        comment.case,
        CALLED,
        people=_people_of(found) - {comment.author_id},
        key=f"{CALLED}/{comment.uuid}",
        data={"by": str(comment.author)},
    )


def _people_of(called: list[Called]) -> set[int]:
    """Ids of those who are called, and of whoever works in a unit that is."""
    units = [row.unit for row in called if row.unit]
    posts = Membership.objects.valid_at(timezone.now()).filter(
        unit__in=units, role__in=SEES_UNIT, user__is_active=True
    )
    people = {row.person.pk for row in called if row.person}
    return people | set(posts.values_list("user_id", flat=True))


def _record(
    case: Case, user: User, post: Membership, what: str, comment: Comment
) -> None:
    """An event of the case that names the comment, without a word of it."""
    case.events_count += 1
    case.save(update_fields=["events_count"])
    stays = Transition(
        process=case.process, verb=what, from_state=case.state, to_state=case.state
    )
    data = {"comment": str(comment.uuid)}
    doing = Doing(case, stays, user, post, Given(kept=data), timezone.now())
    seeing.note(doing)
    act_id = uuid5(comment.uuid, f"{what}/{case.events_count}")
    digest = hashlib.sha256(f"{what}/{comment.uuid}".encode()).hexdigest()
    record.write(doing, act_id, digest, holders(case))
