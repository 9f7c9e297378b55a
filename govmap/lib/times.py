"""Times as people say them: what is left, what is over, when it was."""

from datetime import date, datetime, timedelta
from typing import Protocol

from django.utils import timezone
from django.utils.translation import gettext as _


class Limited(Protocol):
    """A deadline: when it began, turns yellow, is due, and was met (or paused)."""

    yellow_at: datetime
    due_at: datetime
    met_at: datetime | None
    paused_at: datetime | None


def patterns() -> dict[str, str]:
    """The sentences that `span` and `remaining` are made of; scripts use them too."""
    return {
        "days": _("%(days)s d %(hours)s h"),
        "hours": _("%(hours)s h %(minutes)s min"),
        "minutes": _("%(minutes)s min"),
        "left": _("%(span)s left"),
        "over": _("%(span)s over"),
    }


def span(length: timedelta) -> str:
    """A length of time in its two largest units, cut and not rounded."""
    minutes = int(abs(length.total_seconds()) // 60)
    hours, minutes = divmod(minutes, 60)
    days, rest = divmod(hours, 24)
    said = patterns()
    if days:
        return said["days"] % {"days": days, "hours": rest}
    if hours:
        return said["hours"] % {"hours": hours, "minutes": minutes}
    return said["minutes"] % {"minutes": minutes}


def remaining(due: datetime, now: datetime) -> str:
    """ "3 h 20 min left", or "1 d 2 h over" once ``due`` is past."""
    said = patterns()["left" if now <= due else "over"]
    return said % {"span": span(due - now)}


def light_of(deadline: Limited, now: datetime) -> str:
    """green, yellow from 80 % of the limit on, red once overdue; paused while it rests.

    A deadline that was met keeps the light of that moment.
    """
    if deadline.paused_at and not deadline.met_at:
        return "paused"
    if getattr(deadline, "waits", False):
        return "green"  # a time that must pass is never late
    moment = deadline.met_at or now
    if moment > deadline.due_at:
        return "red"
    return "yellow" if moment >= deadline.yellow_at else "green"


def light_words(deadline: Limited, now: datetime) -> str:
    if getattr(deadline, "waits", False):
        return _waiting(deadline, now)
    if deadline.met_at:
        if deadline.met_at <= deadline.due_at:
            return _("in time")
        return _("late by %(span)s") % {"span": span(deadline.met_at - deadline.due_at)}
    if deadline.paused_at:
        return paused_words(getattr(deadline, "paused_until", None))
    return remaining(deadline.due_at, now)


def _waiting(deadline: Limited, now: datetime) -> str:
    """Of a time that must pass: how much of it is left, or that it has passed."""
    if deadline.paused_at and not deadline.met_at:
        return paused_words(getattr(deadline, "paused_until", None))
    if deadline.met_at or now >= deadline.due_at:
        return _("has run out")
    return remaining(deadline.due_at, now)


def paused_words(until: datetime | None) -> str:
    """``until`` is the midnight after the pause's last day."""
    if until is None:
        return _("paused")
    day = timezone.localtime(until - timedelta(seconds=1))
    same_year = day.year == timezone.localdate().year
    said = day.strftime("%m-%d" if same_year else "%Y-%m-%d")
    return _("paused until %(day)s") % {"day": said}


def exact(moment: datetime) -> str:
    """The moment in the site's zone, to the second."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


def short(moment: datetime, now: datetime) -> str:
    """As short as it stays plain: the time today, else month and day, else the year."""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    if local.date() == today.date():
        return local.strftime("%H:%M")
    if local.year == today.year:
        return local.strftime("%m-%d %H:%M")
    return local.strftime("%Y-%m-%d %H:%M")


def month_of(text: str) -> date | None:
    """2026-11 as its first day; None for what is no month."""
    try:
        return date.fromisoformat(f"{text[:7]}-01") if text else None
    except ValueError:
        return None
