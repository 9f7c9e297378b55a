"""常用视图: keeping the filters of a list under a name, for oneself or for a unit.

A page takes part by `saves`, under a name of its own; what its filters mean is its
business alone.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from accounts.roles import Role
from govmap.lib.errors import BadInput, NotAllowed, NotFound
from workflow.models import SavedView

NAME_MAX = 40  # characters
QUERY_MAX = 4000
MOST = 30  # views of one person on one page
KEPT = timedelta(days=1)  # what was taken away can be had back so long
# Who may share one with the unit in which he holds the post: who leads a shift.
SHARES = frozenset({Role.FILER, Role.SUPERVISOR, Role.UNIT_REVIEWER})
UP, DOWN = "up", "down"


class BadView(BadInput):
    """This is no view that can be kept."""

    message = gettext_noop("Give the view a name of at most 40 characters.")


class TooManyViews(BadInput):
    """Nobody finds his way among so many."""

    message = gettext_noop("You keep 30 views here. Delete one first.")


@dataclass(frozen=True)
class Page:
    """A page whose filters can be kept.

    ``names`` are the names of its query string that are filters; ``may`` says who
    opens it.
    """

    name: str
    title: str | Promise
    url_name: str
    names: Collection[str]
    may: Callable[[User], bool]

    @property
    def address(self) -> str:
        return reverse(self.url_name)


PAGES: dict[str, Page] = {}
# Pages that are data, as the list of each module: asked for what is none of the others.
FAMILIES: list[Callable[[str], Page | None]] = []


def saves(page: Page) -> None:
    """Let the filters of a page be kept."""
    PAGES[page.name] = page


def families(find: Callable[[str], Page | None]) -> None:
    """Let the filters of pages be kept that are found by their name."""
    FAMILIES.append(find)


def page_named(name: str, user: User) -> Page:
    """Raises NotFound, and NotAllowed for whoever may not open it."""
    found = PAGES.get(name) or next(filter(None, (f(name) for f in FAMILIES)), None)
    if found is None:
        raise NotFound
    if not found.may(user):
        raise NotAllowed
    return found


def cleaned(page: Page, query: str) -> str:
    """Only what filters, in one order, so that two can be compared."""
    told = dict(parse_qsl(query.removeprefix("?")[: 2 * QUERY_MAX], max_num_fields=50))
    kept = {name: told[name].strip() for name in sorted(page.names) if told.get(name)}
    return urlencode({name: text for name, text in kept.items() if text})


def views_of(user: User, page: str) -> list[SavedView]:
    """What the person may choose among on a page, his own first: one query."""
    rows = SavedView.objects.kept().visible_to(user).filter(page=page)
    return list(rows.in_order(user).select_related("owner", "unit")[: 2 * MOST])


def default_of(views: Iterable[SavedView], user: User) -> SavedView | None:
    """How the person wants the page to open."""
    own = (view for view in views if view.owner_id == user.pk and view.is_default)
    return next(own, None)


@dataclass(frozen=True)
class Link:
    """A saved view as a page offers it."""

    view: SavedView
    address: str
    is_current: bool


def links(page: Page, views: Iterable[SavedView], query: str) -> list[Link]:
    """``query`` is what the page shows now."""
    shown = cleaned(page, query)
    return [Link(row, f"?{row.query}", row.query == shown) for row in views]


def units_to_share_with(user: User) -> list[Unit]:
    return list({p.unit_id: p.unit for p in user.posts if p.role in SHARES}.values())


def may_change(view: SavedView, user: User) -> bool:
    """Its owner, and who could have shared it with that unit himself."""
    if view.owner_id == user.pk:
        return True
    return view.unit_id in {unit.pk for unit in units_to_share_with(user)}


def found(uuid: UUID | str, user: User, *, removed: bool = False) -> SavedView:
    """The view, to be changed by ``user``. Raises NotFound, NotAllowed (403)."""
    rows = SavedView.objects.visible_to(user).filter(uuid=uuid)
    view = rows.filter(removed_at__isnull=not removed).first()
    if view is None:
        raise NotFound
    if not may_change(view, user):
        raise NotAllowed
    return view


@transaction.atomic
def save_view(
    page: Page,
    user: User,
    *,
    name: str,
    query: str,
    unit: str = "",
    is_default: bool = False,
) -> SavedView:
    """Keep the filters. Raises BadView, TooManyViews (400), NotAllowed (403)."""
    _queue(user)
    own = SavedView.objects.kept().filter(owner=user, page=page.name)
    if own.count() >= MOST:
        raise TooManyViews
    text = cleaned(page, query)
    if len(text) > QUERY_MAX:
        raise BadView
    last = own.aggregate(last=Max("place"))["last"] or 0
    view = SavedView(owner=user, page=page.name, query=text, place=last + 1)
    view.name = _name(name)
    view.unit = _unit(unit, user)
    view.save(force_insert=True)
    if is_default:
        set_default(view, user, yes=True)
    return view


def rename(view: SavedView, name: str) -> None:
    view.name = _name(name)
    view.save(update_fields=["name"])


def share(view: SavedView, user: User, unit: str) -> None:
    """With the people of a unit, by its code; with nobody by an empty one."""
    view.unit = _unit(unit, user)
    view.save(update_fields=["unit"])


@transaction.atomic
def set_default(view: SavedView, user: User, *, yes: bool) -> None:
    """How the owner's page opens from now on. Raises NotAllowed for another's."""
    if view.owner_id != user.pk:
        raise NotAllowed
    _queue(user)
    own = SavedView.objects.filter(owner=user, page=view.page, is_default=True)
    own.update(is_default=False)
    view.is_default = yes
    view.save(update_fields=["is_default"])


@transaction.atomic
def move(view: SavedView, where: str) -> None:
    """One place up or down among the owner's."""
    _queue(view.owner)
    rows = SavedView.objects.kept().filter(owner=view.owner_id, page=view.page)
    order = list(rows.order_by("place", "pk"))
    at = order.index(view)
    to = at - 1 if where == UP else at + 1
    if 0 <= to < len(order):
        order.insert(to, order.pop(at))
    for place, row in enumerate(order, 1):
        row.place = place
    SavedView.objects.bulk_update(order, ["place"])


def remove(view: SavedView) -> None:
    """Take it away; it can be had back for a day."""
    now = timezone.now()
    gone = Q(owner=view.owner_id, removed_at__lt=now - KEPT)
    SavedView.objects.filter(gone).delete()
    view.removed_at, view.is_default = now, False
    view.save(update_fields=["removed_at", "is_default"])


def restore(view: SavedView) -> None:
    view.removed_at = None
    view.save(update_fields=["removed_at"])


def _name(name: str) -> str:
    text = " ".join(name.replace("\x00", "").split())
    if not text or len(text) > NAME_MAX:
        raise BadView
    return text


def _unit(code: str, user: User) -> Unit | None:
    if not code:
        return None
    for unit in units_to_share_with(user):
        if unit.code == code:
            return unit
    raise NotAllowed


def _queue(user: User) -> None:
    """Two changes of one person's views at once, one after the other."""
    User.objects.select_for_update().only("pk").get(pk=user.pk)
