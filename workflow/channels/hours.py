"""When a message may go: quiet hours and the set times of digests."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

Window = tuple[time, time]  # from, until; past midnight where until is the earlier
DAY = timedelta(days=1)


def due_at(
    now: datetime,
    zone: ZoneInfo,
    *,
    quiet: Sequence[Window] = (),
    digest: Iterable[time] = (),
) -> datetime:
    """The first moment from ``now`` on that is a time of the digest, where it has any,
    and within no quiet window.

    Windows that leave no minute of the day free are not obeyed together: then the
    first of them alone counts, which is the rule's.
    """
    windows = list(quiet) if leaves_a_minute(quiet) else list(quiet[:1])
    moment = now.astimezone(zone)
    times = sorted(set(digest))
    if times:
        moment = _next_of(moment, times)
    return _after(moment, windows)


def is_within(moment: time, window: Window) -> bool:
    """The beginning belongs to the window, the end does not."""
    begins, ends = window
    if begins <= ends:
        return begins <= moment < ends
    return moment >= begins or moment < ends


def leaves_a_minute(windows: Sequence[Window]) -> bool:
    """Whether some time of the day lies within no window.

    It is enough to look at where windows end, for free time begins there.
    """
    ends = [window[1] for window in windows]
    return not windows or any(
        not any(is_within(end, window) for window in windows) for end in ends
    )


def _next_of(moment: datetime, times: Sequence[time]) -> datetime:
    today = [_at(moment, each) for each in times]
    later = [each for each in today if each >= moment]
    return min(later) if later else _at(moment + DAY, times[0])


def _after(moment: datetime, windows: Sequence[Window]) -> datetime:
    """As each window is left, another may have begun; none is met three times."""
    for _round in range(2 * len(windows) + 1):
        inside = next((one for one in windows if is_within(moment.time(), one)), None)
        if inside is None:
            break
        end = _at(moment, inside[1])
        moment = end if end > moment else _at(moment + DAY, inside[1])
    return moment


def _at(day: datetime, wall: time) -> datetime:
    return datetime.combine(day.date(), wall, tzinfo=day.tzinfo)


def read_time(text: str) -> time:
    """``HH:MM`` of a day. Raises ValueError."""
    return datetime.strptime(text.strip(), "%H:%M").time()
