"""Who may do what with a layer."""

from accounts.models import User
from accounts.roles import Role
from layers.models import Layer


def can_import(user: User, layer: Layer) -> bool:
    """The chief data officer, and the stewards of the provider or of the unit above.

    谁提供、谁负责: nobody else writes a provider's layer.
    """
    if user.has_role(Role.CHIEF_DATA_OFFICER):
        return True
    answerable = {layer.provider_id, layer.provider.parent_id}
    return any(
        post.role == Role.STEWARD and post.unit_id in answerable for post in user.posts
    )
