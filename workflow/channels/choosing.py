"""What a person chose of what the rules let him choose."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput
from workflow.channels import hours, routing
from workflow.channels.routing import Choice
from workflow.models import Channel, NoticeChoice, NoticeRule, OwnQuiet

# Longer than a night nobody is out of reach by his own choice.
LONGEST_QUIET = 12 * 60  # minutes


class NoQuiet(BadInput):
    """Quiet hours have two different ends and last twelve hours at most."""

    message = gettext_noop(
        "Quiet hours have two different ends and last twelve hours at most."
    )


@dataclass(frozen=True)
class OwnChoice:
    """A channel that some rule uses for this person, and how it stands.

    ``wanted``: by the rules that leave it to him, where some do.
    """

    channel: Channel
    wanted: bool
    gathered: bool
    # None of its rules lets him turn it off, or have it collected.
    fixed: bool
    can_gather: bool
    reached: bool


def choices_of(person: User) -> list[OwnChoice]:
    """Each channel once, by the rules that may be about this person."""
    rules = [
        rule
        for rule in NoticeRule.objects.in_use().select_related("channel")
        if not rule.role or rule.role in person.roles
    ]
    by_channel = defaultdict(list)
    for rule in rules:
        if rule.choice != Choice.NEVER:
            by_channel[rule.channel].append(rule)
    rows = NoticeChoice.objects.filter(person=person)
    chosen = {row.channel_id: row for row in rows}
    known = routing.People.of([person.pk], timezone.now())
    return [
        _choice(channel, some, chosen.get(channel.pk), known, person)
        for channel, some in sorted(by_channel.items(), key=lambda pair: pair[0].code)
    ]


def _choice(
    channel: Channel,
    rules: list[NoticeRule],
    row: NoticeChoice | None,
    known: routing.People,
    person: User,
) -> OwnChoice:
    free = [rule for rule in rules if rule.choice != Choice.ALWAYS]
    return OwnChoice(
        channel=channel,
        wanted=any(routing.is_wanted(rule, row) for rule in free or rules),
        gathered=bool(row and row.gathered),
        fixed=not free,
        can_gather=bool(channel.digest_at)
        and any(not rule.urgent and not rule.gathered for rule in free),
        reached=known.can_be_reached(person.pk, channel),
    )


def quiet_of(person: User) -> OwnQuiet | None:
    return OwnQuiet.objects.filter(person=person).first()


def quiet_from(begins: str, ends: str) -> hours.Window | None:
    """The window that two fields say; None where both are empty. Raises NoQuiet."""
    if not begins and not ends:
        return None
    try:
        window = hours.read_time(begins[:5]), hours.read_time(ends[:5])
    except ValueError as error:
        raise NoQuiet from error
    if not 0 < _minutes(*window) <= LONGEST_QUIET:
        raise NoQuiet
    return window


def _minutes(begins: time, ends: time) -> int:
    lasts = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
    return lasts % (24 * 60)


@transaction.atomic
def keep(
    person: User,
    *,
    wanted: Collection[str],
    gathered: Collection[str],
    quiet: hours.Window | None,
) -> None:
    """``wanted`` and ``gathered``: codes of the channels that are ticked. What a rule
    does not leave to the person stays as the rule says, and what he leaves as it was
    shown is not chosen: a tick that stands there by a rule asks for nothing more."""
    for choice in choices_of(person):
        code = choice.channel.code
        changed: dict[str, bool] = {}
        if not choice.fixed and (code in wanted) != choice.wanted:
            changed["wanted"] = code in wanted
        if choice.can_gather and (code in gathered) != choice.gathered:
            changed["gathered"] = code in gathered
        if changed:
            NoticeChoice.objects.update_or_create(
                person=person, channel=choice.channel, defaults=changed
            )
    OwnQuiet.objects.filter(person=person).delete()
    if quiet:
        OwnQuiet.objects.create(
            person=person, quiet_from=quiet[0], quiet_until=quiet[1]
        )
