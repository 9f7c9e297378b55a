"""Who does what with the hotline's orders."""

from accounts.models import Unit, User
from accounts.roles import DESK, DISPOSES, Role
from cases.models import Order
from cases.models.order import READS
from workflow.models import Phase
from workflow.openings import open_moves

# Whose hands an order's case is in while it is being disposed of.
HANDLES = frozenset({Role.HANDLER, Role.COMMUNITY_WORKER, Role.GRID_WORKER})


def can_use_orders(user: User) -> bool:
    """The list: for desks and for who supervises them."""
    return user.has_role(*READS)


def can_import(user: User) -> bool:
    return user.has_role(*DESK)


def imports_for(user: User, street: Unit) -> bool:
    """A desk takes in its own street's orders, the district's those of all."""
    units = {post.unit_id for post in user.posts if post.role in DESK}
    return not units.isdisjoint({street.pk, street.parent_id})


def is_centre(user: User) -> bool:
    """Whether the person works at the district's desk, or supervises it."""
    return any(
        post.role in READS and post.unit.kind == Unit.Kind.DISTRICT
        for post in user.posts
    )


def works_desk_of(user: User, order: Order) -> bool:
    """Whether the order is the business of the person's desk."""
    return is_centre(user) or any(
        post.role in READS and post.unit_id == order.street_id for post in user.posts
    )


def can_see_tail(user: User, order: Order) -> bool:
    """The last four digits of the phone."""
    return is_centre(user) if order.secret else works_desk_of(user, order)


def can_reveal(user: User, order: Order) -> bool:
    """Name and phone, by a logged act: whose task the case is now, and the centre.

    Of a secret order nobody below the district learns who called.
    """
    return is_centre(user) or (not order.secret and is_handler(user, order))


def is_handler(user: User, order: Order) -> bool:
    """Whether the order's case is this person's task now."""
    case = order.case
    if case.state.phase != Phase.RESOLVE:
        return False
    return bool(open_moves([case], user, roles=set(HANDLES))[case.pk])


def can_reply(user: User, order: Order) -> bool:
    """The street's desk, and whoever works on the case."""
    if user.has_role(*DESK) and works_desk_of(user, order):
        return True
    running = order.case.assignments.all()
    units = {part.unit_id for part in running if part.ended_at is None}
    return any(
        post.role in HANDLES | DISPOSES and post.unit_id in units for post in user.posts
    )


def can_manage(user: User, order: Order) -> bool:
    """Change the kind, note an own visit, ask for exclusion: the desk's work."""
    return user.has_role(*DESK) and works_desk_of(user, order)


def can_read_reveals(user: User) -> bool:
    """The log of who read callers: the auditor's, and the centre's leaders."""
    return user.has_role(Role.AUDIT)
