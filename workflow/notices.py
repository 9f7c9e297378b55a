"""Telling people: a row for each, heard at once by whoever has a page open.

What is said is data in both languages: the words of the move or of the step of the
ladder that tells it. What the system says of its own is named in `SAYINGS`.
"""

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, IntegerField, Q, Value
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.roles import SEES_UNIT
from govmap.lib.localized import localized
from workflow import live_notices
from workflow.arguments import NAME, ROLE, WHOM
from workflow.channels.waking import carry_after_commit
from workflow.effects import Doing, effect
from workflow.models import Leave, Notice, NoticeRule, Subject
from workflow.subjects import limited

READ_FOR = timedelta(days=90)  # read ones are kept so long
UNREAD_FOR = timedelta(days=400)
AT_ONCE = 1000  # rows written, or removed, by one statement

# What the system says where no data of the site has words for it.
SAYINGS: dict[str, str | Promise] = {
    "calendar_missing": _("The holidays of %(year)s are not in the calendar yet"),
    "calendar_arrived": _("Deadlines were worked out anew by the new calendar"),
}
Post = tuple[int, str]


def says(what: str, words: str | Promise) -> None:
    """Announce a saying; ``%(name)s`` is filled from the notice's data."""
    SAYINGS[what] = words


def notify(
    subject: Subject | None,
    what: str,
    *,
    posts: Iterable[Post] = (),
    people: Iterable[int] = (),
    key: str = "",
    data: Mapping[str, Any] | None = None,
    moment: datetime | None = None,
) -> int:
    """Tell the people, and whoever holds one of the posts (unit, role) now.

    ``key`` is told to each of them once, however often this is called. ``data`` may
    hold ``title`` in both languages, never what is personal. Returns how many it is
    told.
    """
    who = {*people, *_holding(posts)}
    away, may_leave = _away_and_carried(who, what) if who else ({}, False)
    who |= {*away}
    if key and who:
        told = Notice.objects.filter(person__in=who, key=key)
        who -= {*told.values_list("person_id", flat=True)}
    if not who:
        return 0
    fields = {
        "what": what,
        "kind": subject.KIND if subject else "",
        "subject_id": subject.pk if subject else None,
        "subject_uuid": subject.uuid if subject else None,
        "data": {"subject": str(subject) if subject else "", **(data or {})},
        "key": key,
        "made_at": moment or timezone.now(),
        "waits": may_leave,
    }
    rows = [
        Notice(person_id=person, instead_of_id=away.get(person), **fields)
        for person in sorted(who)
    ]
    # Told by two at once, the key keeps the second from telling it again.
    Notice.objects.bulk_create(rows, ignore_conflicts=bool(key), batch_size=AT_ONCE)
    live_notices.tell(who)
    if may_leave:
        carry_after_commit()
    return len(who)


def _away_and_carried(who: set[int], what: str) -> tuple[dict[int, int], bool]:
    """Who else is told, each with whom he stands in for, and whether any rule may
    carry this over a channel: one query, for every act that tells something asks it.

    Whoever stands in and is away himself passes nothing on.
    """
    day = timezone.localdate()
    leaves = Leave.objects.on(day).filter(person__in=who, stand_in__is_active=True)
    rules = NoticeRule.objects.in_use().filter(what__in=("", what)).order_by()
    nobody = Value(0, output_field=IntegerField())
    # Both columns named anew, or the two would not be of one shape.
    pairs = leaves.order_by().annotate(here=F("stand_in_id"), gone=F("person_id"))
    carried = rules.annotate(here=nobody, gone=nobody).values_list("here", "gone")[:1]
    found = dict(pairs.values_list("here", "gone").union(carried, all=True))
    return {
        here: gone for here, gone in found.items() if here and here not in who
    }, 0 in found


def everybody_with(*roles: str) -> set[int]:
    """Ids of all who hold one of the roles today, wherever."""
    posts = Membership.objects.valid_at(timezone.now()).filter(role__in=roles)
    return set(posts.filter(user__is_active=True).values_list("user_id", flat=True))


def _holding(posts: Iterable[Post]) -> set[int]:
    asked = Q()
    for unit_id, role in set(posts):
        asked |= Q(unit_id=unit_id, role=role)
    if not asked:
        return set()
    rows = Membership.objects.valid_at(timezone.now()).filter(asked)
    return set(rows.filter(user__is_active=True).values_list("user_id", flat=True))


def posts_of(subject: Subject, name: str, role: str = "") -> set[Post]:
    """The posts of the units that the subject calls ``name``; of one role, or of all
    whose work is the unit's subjects.
    """
    roles = {role} if role else SEES_UNIT
    return {(unit, each) for unit in subject.related_units(name) for each in roles}


def addressed(
    subject: Subject, name: str, role: str = ""
) -> tuple[set[Post], set[int]]:
    """Posts and people that a process's data or the ladder's means by a name."""
    if name in subject.RELATED_PEOPLE:
        return set(), set(subject.related_people(name))
    return posts_of(subject, name, role), set()


@effect("notify", takes=(NAME, WHOM), words=_("tells %(two)s"))
def notify_of_move(doing: Doing) -> None:
    """``notify:what:whom``: says the move's own words to a person or a whole unit."""
    what, whom = doing.argument.split(":")
    _tell_of_move(doing, what, whom)


@effect(
    "notify_role",
    takes=(NAME, WHOM, ROLE),
    words=_("tells the %(three)s of %(two)s"),
)
def notify_role_of_move(doing: Doing) -> None:
    """``notify_role:what:whom:role``: as `notify`, to one role of the unit."""
    what, whom, role = doing.argument.split(":")
    _tell_of_move(doing, what, whom, role)


def _tell_of_move(doing: Doing, what: str, whom: str, role: str = "") -> None:
    posts, people = addressed(doing.row, whom, role)
    notify(
        doing.row,
        what,
        # Whoever does it is not told.
        people=(people | _holding(posts)) - {doing.by.pk},
        key=f"{doing.row.KIND}/{doing.row.uuid}/{doing.row.events_count}/{what}",
        data={"title": doing.move.labels},
    )


def title_of(notice: Notice) -> str:
    """What it says, in the reader's language. Of an old row that has not all that its
    saying names today, the rest."""
    if isinstance(titles := notice.data.get("title"), dict) and titles:
        return localized(titles)
    saying = SAYINGS.get(notice.what)
    return str(saying) % defaultdict(str, notice.data) if saying else notice.what


def page_of(notice: Notice) -> str:
    """Where what it is about is shown; the list itself where that is nowhere.

    A subject's page is called as its kind is, within its app, or as its ``PAGE`` says.
    """
    model = limited().get(notice.kind)
    if model and notice.subject_uuid:
        with contextlib.suppress(NoReverseMatch):
            usual = f"{model._meta.app_label}:{notice.kind}"
            view = getattr(model, "PAGE", usual)
            return reverse(view, args=[notice.subject_uuid])
    return str(notice.data.get("page") or reverse("workflow:notices"))


def read(
    user: User, ids: Iterable[int] | None = None, *, kind: str | None = None
) -> int:
    """Mark the person's notices as read: those named, those of a kind, or all."""
    rows = Notice.objects.visible_to(user).unread()
    if kind is not None:
        rows = rows.filter(kind=kind)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    count = rows.update(read_at=timezone.now())
    if count:
        live_notices.tell([user.pk])
    return count


def read_about(user: User, kind: str, uuid: UUID) -> int:
    """Whoever opens a subject's page has read what was told him of it."""
    rows = Notice.objects.visible_to(user).unread()
    return read(
        user, rows.filter(kind=kind, subject_uuid=uuid).values_list("pk", flat=True)
    )


def sweep(now: datetime) -> int:
    """Remove old notices, a bounded number at a time. Returns how many."""
    rows = Notice.objects.filter(
        Q(made_at__lt=now - UNREAD_FOR)
        | Q(made_at__lt=now - READ_FOR, read_at__isnull=False)
    )
    removed = 0
    while ids := list(rows.order_by("made_at").values_list("pk", flat=True)[:AT_ONCE]):
        removed += Notice.objects.filter(pk__in=ids).delete()[0]
    return removed
