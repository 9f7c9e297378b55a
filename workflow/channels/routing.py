"""From notices to messages: which rule counts for whom, and when it may go.

A notice that a rule may carry is marked as waiting when it is told. Routing takes the
marked ones, makes their messages and takes the mark off, all in one transaction: what
dies in the middle left nothing behind.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from workflow.channels import hours
from workflow.channels.kinds import WAYS
from workflow.models import (
    Channel,
    Delivery,
    DeliveryItem,
    Notice,
    NoticeChoice,
    NoticeRule,
    OwnAddress,
    OwnQuiet,
    PushSubscription,
)

AT_ONCE = 1000  # notices made messages of by one transaction
Choice = NoticeRule.Choice
Kind = Channel.Kind


@dataclass
class People:
    """What is known of those who are told, read once for all of them."""

    roles: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    choices: dict[tuple[int, int], NoticeChoice] = field(default_factory=dict)
    quiet: dict[int, hours.Window] = field(default_factory=dict)
    ways: set[tuple[int, str]] = field(default_factory=set)
    browsers: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, people: Iterable[int], now: datetime) -> "People":
        """Five queries, whatever their number."""
        who, known = list(people), cls()
        posts = Membership.objects.valid_at(now).filter(user__in=who)
        for person, role in posts.values_list("user_id", "role"):
            known.roles[person].add(role)
        for row in NoticeChoice.objects.filter(person__in=who):
            known.choices[row.person_id, row.channel_id] = row
        for own in OwnQuiet.objects.filter(person__in=who):
            known.quiet[own.person_id] = (own.quiet_from, own.quiet_until)
        addresses = OwnAddress.objects.filter(
            person__in=who, confirmed_at__isnull=False
        )
        known.ways = set(addresses.values_list("person_id", "way"))
        browsers = PushSubscription.objects.filter(person__in=who)
        known.browsers = set(browsers.values_list("person_id", flat=True))
        return known

    def can_be_reached(self, person: int, channel: Channel) -> bool:
        if channel.kind == Kind.WEBHOOK:
            return True
        if channel.kind == Kind.PUSH:
            return person in self.browsers
        return (person, WAYS[Kind(channel.kind)]) in self.ways


def route_all(now: datetime | None = None) -> int:
    """Make messages of all that waits. Returns of how many notices."""
    done = 0
    while some := route(now or timezone.now()):
        done += some
    return done


@transaction.atomic
def route(now: datetime) -> int:
    """Of at most `AT_ONCE` notices; two at once take different ones."""
    waiting = Notice.objects.filter(waits=True).order_by("pk")
    notices = list(waiting.select_for_update(skip_locked=True)[:AT_ONCE])
    if not notices:
        return 0
    unread = [notice for notice in notices if notice.read_at is None]
    rules = list(
        NoticeRule.objects.in_use()
        .filter(what__in={"", *(notice.what for notice in unread)})
        .select_related("channel")
    )
    if unread and rules:
        people = People.of({notice.person_id for notice in unread}, now)
        _make(_planned(unread, rules, people, now), now)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(waits=False)
    return len(notices)


@dataclass(frozen=True)
class Planned:
    """One notice that goes over one channel."""

    notice: Notice
    rule: NoticeRule
    due_at: datetime
    gathered: bool


def _planned(
    notices: Sequence[Notice],
    rules: Sequence[NoticeRule],
    people: People,
    now: datetime,
) -> list[Planned]:
    """At most one a notice and channel."""
    planned = []
    for notice in notices:
        for rule in rules_for(rules, notice.what, people.roles[notice.person_id]):
            choice = people.choices.get((notice.person_id, rule.channel_id))
            if not is_wanted(rule, choice):
                continue
            if people.can_be_reached(notice.person_id, rule.channel):
                quiet = people.quiet.get(notice.person_id)
                due, gathered = when(rule, choice, quiet, now)
                planned.append(Planned(notice, rule, due, gathered))
    return planned


def rules_for(
    rules: Iterable[NoticeRule], what: str, roles: set[str]
) -> list[NoticeRule]:
    """Of each channel the rule that names most: the notice counts for more than the
    post. Of several posts of one person, the rule that lets most through.
    """
    best: dict[int, tuple[tuple[Any, ...], NoticeRule]] = {}
    for rule in rules:
        if rule.what not in ("", what) or (rule.role and rule.role not in roles):
            continue
        rank = (
            rule.what != "",
            rule.role != "",
            _LETS_THROUGH[Choice(rule.choice)],
            rule.urgent,
            not rule.gathered,
            -(rule.pk or 0),
        )
        if rule.channel_id not in best or rank > best[rule.channel_id][0]:
            best[rule.channel_id] = (rank, rule)
    return [rule for _rank, rule in best.values()]


_LETS_THROUGH = {
    Choice.NEVER: 0,
    Choice.OFFERED: 1,
    Choice.USUAL: 2,
    Choice.ALWAYS: 3,
}


def is_wanted(rule: NoticeRule, choice: NoticeChoice | None) -> bool:
    """What the person chose, as far as the rule lets him."""
    wanted = choice.wanted if choice else None
    if rule.choice == Choice.ALWAYS:
        return True
    if rule.choice == Choice.USUAL:
        return wanted is not False
    return rule.choice == Choice.OFFERED and wanted is True


def when(
    rule: NoticeRule,
    choice: NoticeChoice | None,
    own_quiet: hours.Window | None,
    now: datetime,
) -> tuple[datetime, bool]:
    """When it may go, and whether it is gathered. What is urgent goes at once."""
    if rule.urgent:
        return now, False
    quiet = [own_quiet] if own_quiet else []
    if rule.quiet_from and rule.quiet_until:
        quiet.insert(0, (rule.quiet_from, rule.quiet_until))
    own = bool(choice and choice.gathered) and rule.choice != Choice.ALWAYS
    times = [hours.read_time(text) for text in rule.channel.digest_at]
    gathered = bool(times) and (rule.gathered or own)
    zone = timezone.get_default_timezone()
    due = hours.due_at(now, zone, quiet=quiet, digest=times if gathered else ())
    return due, gathered


def free_at(row: Delivery, moment: datetime) -> datetime:
    """The first moment from ``moment`` on at which a message may disturb its person: by
    the rules that count for what it holds now, and by his own quiet hours."""
    whats = set(row.items.values_list("notice__what", flat=True))
    rules = NoticeRule.objects.in_use().filter(channel=row.channel_id)
    rules = rules.filter(what__in={"", *whats}).select_related("channel")
    roles = _roles_of(row.person_id, moment)
    known = list(rules)
    counting = [rule for what in whats for rule in rules_for(known, what, roles)]
    if any(rule.urgent for rule in counting):
        return moment
    quiet = [
        (rule.quiet_from, rule.quiet_until)
        for rule in counting
        if rule.quiet_from and rule.quiet_until
    ]
    own = OwnQuiet.objects.filter(person=row.person_id)
    quiet += own.values_list("quiet_from", "quiet_until")
    return hours.due_at(moment, timezone.get_default_timezone(), quiet=quiet)


def _roles_of(person: int, moment: datetime) -> set[str]:
    posts = Membership.objects.valid_at(moment).filter(user=person)
    return set(posts.values_list("role", flat=True))


def _make(planned: Sequence[Planned], now: datetime) -> None:
    """The messages, and what each holds: three statements at once, or five."""
    digests = _open_digests([plan for plan in planned if plan.gathered], now)
    new: list[Delivery] = []
    items: list[DeliveryItem] = []
    for plan in planned:
        delivery = digests.get(_slot(plan))
        if delivery is None:
            delivery = _delivery(plan, now)
            new.append(delivery)
            if plan.gathered:
                digests[_slot(plan)] = delivery
        items.append(
            DeliveryItem(
                notice=plan.notice, channel_id=plan.rule.channel_id, delivery=delivery
            )
        )
    Delivery.objects.bulk_create(new, batch_size=AT_ONCE)
    DeliveryItem.objects.bulk_create(items, batch_size=AT_ONCE)


Slot = tuple[int, int, datetime] | None


def _slot(plan: Planned) -> Slot:
    if not plan.gathered:
        return None
    return plan.notice.person_id, plan.rule.channel_id, plan.due_at


def _open_digests(plans: Sequence[Planned], now: datetime) -> dict[Slot, Delivery]:
    """The digests that these go into, locked: none of them is being sent meanwhile.

    Two that route at once would make the same digest: the rows are made first, by
    whoever comes first, and then read.
    """
    if not plans:
        return {}
    slots = {_slot(plan): plan for plan in plans}
    rows = [_delivery(plan, now) for plan in slots.values()]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)
    found = Delivery.objects.filter(
        gathered=True,
        state=Delivery.State.WAITING,
        tries=0,
        person__in={plan.notice.person_id for plan in plans},
        due_at__in={plan.due_at for plan in plans},
    )
    # In one order, so that two never wait for each other.
    locked = found.order_by("pk").select_for_update()
    return {(row.person_id, row.channel_id, row.due_at): row for row in locked}


def _delivery(plan: Planned, now: datetime) -> Delivery:
    return Delivery(
        person_id=plan.notice.person_id,
        channel_id=plan.rule.channel_id,
        made_at=now,
        due_at=plan.due_at,
        gathered=plan.gathered,
        tries_left=plan.rule.channel.most_tries,
    )
