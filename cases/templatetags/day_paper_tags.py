"""Who has a day to print the papers of."""

from django import template

from accounts.models import User
from accounts.roles import DESK, SUPERVISES
from cases.papers.day import KINDS

register = template.Library()


@register.filter
def has_days(user: User) -> bool:
    """No query: the posts are known."""
    return bool(user.is_authenticated) and any(
        post.role in DESK | SUPERVISES and post.unit.kind in KINDS
        for post in user.posts
    )
