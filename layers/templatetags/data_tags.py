"""What the pages of the catalogue draw with."""

from typing import Any

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.inclusion_tag("layers/_quality.html")
def quality(read: int | None, refused: int | None) -> dict[str, Any]:
    """The share of rows that the last import could take, never rounded up to all."""
    if not read:
        return {"read": read}
    good = read - (refused or 0)
    tenths = good * 1000 // read
    share = number_format(tenths / 10, decimal_pos=0 if good == read else 1)
    return {"read": read, "good": good, "refused": refused, "share": share}
