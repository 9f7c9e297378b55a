"""Cases by a caller's number: for the desk, for a purpose, on record.

Nobody else learns by it who called. The number goes into no address and no table: a
list is narrowed by naming the search.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import Membership, Unit, User
from accounts.roles import DESK, SUPERVISES
from cases.models import Caller, Case, Order, PhoneSearch
from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.sealed import keyed_hashes, last_four, normalised

# A list that was narrowed by a search may be read again so long; then it is asked anew.
VALID = timedelta(hours=12)
LEAST, MOST = 7, 20  # digits


class NoPhone(BadInput):
    """A phone number has at least 7 digits. Correct it and search again."""

    message = gettext_noop(
        "A phone number has at least 7 digits. Correct it and search again."
    )


class NoPurpose(BadInput):
    """Say what the search by phone is for: it is kept with your name."""

    message = gettext_noop(
        "Say what the search by phone is for: it is kept with your name."
    )


class MayNotSearchPhones(NotAllowed):
    """Only the desk that registers callers may search by phone."""

    message = gettext_noop("Only the desk that registers callers may search by phone.")


class Outlived(BadInput):
    """This search by phone is over or is not yours. Search by the phone again."""

    message = gettext_noop(
        "This search by phone is over or is not yours. Search by the phone again."
    )


def posts_for_phones(user: User) -> list[Membership]:
    """The posts in which somebody may: any desk, and who supervises the district."""
    return [
        post
        for post in user.posts
        if post.role in DESK
        or (post.role in SUPERVISES and post.unit.kind == Unit.Kind.DISTRICT)
    ]


def can_search_phones(user: User) -> bool:
    return bool(posts_for_phones(user))


@transaction.atomic
def search_phone(text: str, purpose: str, by: User) -> PhoneSearch:
    """The search, on record before anything of it is shown.

    Raises MayNotSearchPhones (403), NoPhone, NoPurpose (400).
    """
    posts = posts_for_phones(by)
    if not posts:
        raise MayNotSearchPhones
    digits = normalised(text)
    if not digits.isdigit() or not LEAST <= len(digits) <= MOST:
        raise NoPhone
    if purpose not in PhoneSearch.Purpose.values:
        raise NoPurpose
    hashes = keyed_hashes(text)
    seen = Case.objects.visible_to(by)
    return PhoneSearch.objects.create(
        by=by,
        unit=posts[0].unit,
        role=posts[0].role,
        purpose=purpose,
        hashes=hashes,
        tail=last_four(text),
        found=seen.filter(pk__in=_ids(hashes, by)).count(),
    )


def searched(text: str, user: User) -> PhoneSearch:
    """The search that an address names. Raises Outlived (400)."""
    try:
        uuid = UUID(text)
    except ValueError as error:
        raise Outlived from error
    since = timezone.now() - VALID
    row = PhoneSearch.objects.filter(uuid=uuid, by=user, at__gte=since).first()
    if row is None or not can_search_phones(user):
        raise Outlived
    return row


def called_from(cases: QuerySet[Case], search: PhoneSearch) -> QuerySet[Case]:
    return cases.filter(pk__in=_ids(search.hashes, search.by))


def _ids(hashes: list[str], user: User) -> QuerySet:
    """Cases that the number told of, at the person's own desks; the centre's are all.

    Of a secret order nobody below the district learns who called.
    """
    posts = posts_for_phones(user)
    is_centre = any(post.unit.kind == Unit.Kind.DISTRICT for post in posts)
    streets = Q(street__in=[post.unit_id for post in posts])
    calls = Caller.objects.filter(phone_hash__in=hashes)
    orders = Order.objects.filter(phone_hash__in=hashes)
    if not is_centre:
        calls = calls.filter(case__street__in=[post.unit_id for post in posts])
        orders = orders.filter(streets, secret=False)
    return calls.values("case").union(orders.values("case"))
