"""Old names, abbreviations and landmarks, said as the register says them."""

from collections.abc import Iterator
from dataclasses import replace

from django.db.models import F, Value
from django.db.models.functions import Length, StrIndex
from django.utils.translation import gettext as _

from layers.addresses.asking import Question
from layers.addresses.levels import parse
from layers.models import AddressAlias


def renamed(asked: Question) -> Iterator[Question]:
    """The question in the register's words, the longest alias first."""
    for alias in aliases_in(asked):
        meant = parse(alias.means)
        for at, name in enumerate(asked.names):
            if alias.form not in name:
                continue
            before, _alias, behind = name.partition(alias.form)
            others = [*asked.names[:at], *asked.names[at + 1 :]]
            # 宣武门 holds 宣武 and means something else: what is left is asked for too.
            rest = [part for part in (before, behind) if len(part) > 1]
            said = _("%(said)s is %(means)s") % {
                "said": alias.said,
                "means": alias.means,
            }
            names = tuple(dict.fromkeys((*others, *rest, *meant.names)))
            yield replace(
                asked,
                names=names,
                numbers=(*meant.numbers, *asked.numbers),
                said=said,
            )


def aliases_in(asked: Question) -> list[AddressAlias]:
    if not asked.names:
        return []
    spoken = Value(" ".join(asked.names))
    rows = AddressAlias.objects.filter(in_use=True)
    rows = rows.annotate(at=StrIndex(spoken, F("form"))).filter(at__gt=0)
    return list(rows.order_by(-Length("form"), "said"))
