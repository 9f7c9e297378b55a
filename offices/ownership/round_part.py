"""Corrections that wait for whoever goes round, on the page of his own cells."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from offices.ownership.views import DECIDE, list_of, told
from offices.parts import Item, Mine, Part, number_in, part


@part("corrections", order=25)
def corrections(mine: Mine, after: str, size: int) -> Part:
    """What others propose for fields of the community, the newest first."""
    rows = list_of(mine.user, DECIDE)
    if last := number_in(after):
        rows = rows.filter(pk__lt=last)
    page = list(rows[: size + 1])
    found = Part(
        code="corrections",
        title=_("Corrections to decide"),
        glyph="message-2",
        empty=_("No correction waits for you"),
    )
    for one in told(page[:size]):
        proposal = one["proposal"]
        found.items.append(
            Item(
                title=f"{one['title']}：{one['before']} → {one['after']}",
                url=reverse("ownership:proposal", args=[proposal.uuid]),
                detail=f"{one['entry']} {one['row'].address}",
                clock=proposal,
            )
        )
    if len(page) > size:
        found.after = str(page[size - 1].pk)
    found.count = str(len(found.items)) + ("+" if found.after else "")
    return found
