"""Who may do what with a layer."""

from accounts.models import Unit, User
from accounts.roles import STEWARDS, Role
from layers.models import Layer, OverlayRule
from layers.models.outside import PICTURE


def can_import(user: User, layer: Layer) -> bool:
    """Whoever answers for the layer; into one that comes drawn nothing is imported."""
    return layer.geometry != PICTURE and can_edit(user, layer)


def can_edit(user: User, layer: Layer) -> bool:
    """The chief data officer, and the stewards of the provider or of the unit above.

    谁提供、谁负责: nobody else writes a provider's layer, its entry and its styles.
    """
    if user.has_role(Role.CHIEF_DATA_OFFICER):
        return True
    answerable = {layer.provider_id, layer.provider.parent_id}
    return any(
        post.role == Role.STEWARD and post.unit_id in answerable for post in user.posts
    )


def can_provide(user: User, provider: Unit) -> bool:
    """Whether a layer of that provider would be this person's work."""
    return can_import(user, Layer(provider=provider))


def can_create(user: User) -> bool:
    """New catalogue entries; of which provider, `can_provide` says."""
    return user.has_role(*STEWARDS)


def can_declassify(user: User) -> bool:
    """Lower what is sensitive, or hand a layer to another provider."""
    return user.has_role(Role.CHIEF_DATA_OFFICER)


def can_settle(user: User, rule: OverlayRule) -> bool:
    """Edit and run a rule, and decide its conflicts: who answers for either layer."""
    return can_import(user, rule.left) or can_import(user, rule.right)


def sees_register(user: User, feeds: str) -> bool:
    """Whether a register is for this reader: a sensitive layer's is for stewards."""
    layers = Layer.objects.filter(feeds=feeds)
    return not layers.exists() or layers.visible_to(user).exists()


def sensitive_fields(layer: Layer) -> set[str]:
    """The attributes that only stewards see."""
    return {
        entry["name"]
        for entry in layer.schema
        if entry.get("sensitivity") == Layer.Sensitivity.SENSITIVE
    }


def visible_fields(layer: Layer, user: User) -> set[str]:
    """The attributes of the layer that this reader may see."""
    names = {row["name"] for row in layer.schema}
    return names if user.has_role(*STEWARDS) else names - sensitive_fields(layer)
