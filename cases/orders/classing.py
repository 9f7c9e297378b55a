"""What an order is: its kind, and its class among ours. Both tables are data."""

from collections.abc import Iterable

from cases.models import OrderClass, OrderKind
from govmap.lib.errors import BadInput
from workflow.models import Category

STEP = "->"


def kind_of(texts: Iterable[str], kinds: list[OrderKind]) -> OrderKind:
    """The first kind one of whose words is in a text, else the usual one.

    Raises BadInput where the site has no kinds.
    """
    whole = "\n".join(texts)
    for kind in kinds:
        if any(word in whole for word in kind.words):
            return kind
    for kind in kinds:
        if kind.usual:
            return kind
    raise BadInput("No kind of orders is marked as the usual one. Load the site again.")


def category_of(path: str, classes: dict[str, Category]) -> Category | None:
    """Ours for the hotline's class, by its longest beginning that the table knows.

    The fallback (the empty path) means: to be classified at the desk.
    """
    steps = [step.strip() for step in path.replace("→", STEP).split(STEP)]
    for count in range(len(steps), 0, -1):
        if found := classes.get(STEP.join(steps[:count])):
            return found
    return classes.get("")


def known_classes() -> dict[str, Category]:
    rows = OrderClass.objects.select_related("category")
    return {row.path: row.category for row in rows}


def fallback_id() -> int | None:
    """The class of what is still to be classified."""
    row = OrderClass.objects.filter(path="").first()
    return row.category_id if row else None


def is_secret(texts: Iterable[str], words: Iterable[str]) -> bool:
    """Whether the hotline keeps the caller from everybody below the centre.

    ``texts``: type, tags and caller; ``words``: those that say so, the site's data.
    """
    whole = " ".join(texts)
    return any(word in whole for word in words)
