"""Who prints which paper, and who keeps the book of those that were printed."""

from accounts.models import Membership, User
from workflow.models import PaperTemplate, PrintedPaper
from workflow.papers.about import Found


def post_for(template: PaperTemplate, found: Found, user: User) -> Membership | None:
    """The post in which the person may print it of this thing; its unit issues it."""
    for who in template.who:
        units = found.units(who["at"])
        for post in user.posts:
            if post.role == who["role"] and post.unit_id in units:
                return post
    return None


def is_offered(template: PaperTemplate, found: Found) -> bool:
    """Whether the thing has come as far as the paper needs."""
    if template.phases and found.phase not in template.phases:
        return False
    return not template.effects or not found.effects.isdisjoint(template.effects)


def can_keep(user: User, paper: PrintedPaper) -> bool:
    """Reprint, void, record how it was delivered: whoever prints such in that unit."""
    roles = paper.template.roles
    return any(
        post.unit_id == paper.unit_id and post.role in roles for post in user.posts
    )


def can_print_some(user: User) -> bool:
    """Whether any template in use may be printed in one of the person's posts."""
    rows = PaperTemplate.objects.current().values_list("who", flat=True)
    return any({one["role"] for one in who} & user.roles for who in rows)
