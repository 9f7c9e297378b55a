"""The office that owns a module, in words."""

from accounts.models import Unit


def owner_words(owner: str) -> str:
    """A unit of that whole code; else what the streets' offices of that end of a code
    are called, without their street. The code itself where there is neither.
    """
    one = Unit.objects.filter(code=owner).first()
    if one is not None:
        return str(one)
    rows = Unit.objects.filter(code__endswith=f"-{owner}").select_related("parent")
    office = rows.order_by("code").first()
    if office is None:
        return owner
    street = str(office.parent) if office.parent else ""
    return str(office).removeprefix(street) or str(office)
