"""A row of a list, as many desks of one street ask for it after the same event.

A row is drawn once for all who hold the same posts and ask for the same list; whether
this person sees the case at all is asked of the database each time, before a kept row
is looked for. A key holds all that a row depends on besides what changes without an
event (a special period, a word of the dictionary): for that it is kept seconds only.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from cases.desk.own_views import ALL, TODO
from cases.lists import Filters
from cases.models import Case
from workflow import seeing

SECONDS = 5.0
MOST = 1024  # rows of one process
# What is asked for by words, by tags or of one's own may be answered to each otherwise.
ALIKE = frozenset({"view", "phase", "state", "light", "unit", "sort", "special"})


@dataclass(frozen=True)
class Row:
    """The answer to everybody of the key: its status and its HTML."""

    status: int
    html: bytes
    until: float


KEPT: dict[Hashable, Row] = {}


def key_of(uuid: UUID, filters: Filters, part: str) -> Hashable | None:
    """What the row depends on; None where it is to be drawn for this person alone.

    Raises Case.DoesNotExist where he does not see the case. One query.
    """
    user = filters.user
    seen = Case.objects.visible_to(user).filter(uuid=uuid)
    seen = seen.annotate(changed=seeing.changed_since(Case.KIND, user))
    facts = ("events_count", "urgent", "process__takes", "changed", "reported_at")
    row = seen.values_list(*facts).first()
    if row is None:
        raise Case.DoesNotExist
    events, urgent, takes, changed, reported_at = row
    alike = filters.values.keys() <= ALIKE and filters.view in (TODO, ALL)
    # Of an urgent one each is told whether it has just come to him.
    if urgent or takes.get("urgent") or not alike:
        return None
    since = seeing.works_since(user)
    is_new = since is None or reported_at >= since
    minute = timezone.now().replace(second=0, microsecond=0)
    asked = (part, filters.address(), get_language(), changed, is_new)
    return (uuid, events, minute, posts_of(user), *asked)


def posts_of(user: User) -> frozenset[tuple[str, int]]:
    return frozenset((post.role, post.unit_id) for post in user.posts)


def drawn(key: Hashable, draw: Callable[[], tuple[int, bytes]]) -> Row:
    """The row as it was drawn a moment ago, or as it is now."""
    now = time.monotonic()
    kept = KEPT.get(key)
    if kept and kept.until > now:
        return kept
    row = Row(*draw(), until=now + SECONDS)
    if len(KEPT) >= MOST:
        KEPT.clear()
    KEPT[key] = row
    return row
