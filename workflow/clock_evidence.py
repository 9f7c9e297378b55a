"""The evidence that limits come with: how long, how much, since when, which paper."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow import forms as move_forms
from workflow.evidence import Asked, read_text, reads

LONGEST_PAUSE = 366  # days
LARGEST_LIMIT = 3650  # of any type
REFERENCE_MAX = 60  # characters


@reads("until", words=gettext_lazy("a last day"))
def read_until(asked: Asked, raw: Any) -> tuple[date, str]:
    """The last day of a pause; ``"most"`` in the data says how many days are most."""
    try:
        day = raw if isinstance(raw, date) else date.fromisoformat(raw)
    except (TypeError, ValueError) as error:
        raise asked.trouble(_("a day as YYYY-MM-DD, please")) from error
    most = min(int(asked.spec.get("most", LONGEST_PAUSE)), LONGEST_PAUSE)
    today = timezone.localdate()
    if not today <= day < today + timedelta(days=most):
        raise asked.trouble(
            _("a day from today on, at most %(count)s days ahead") % {"count": most}
        )
    return day, day.isoformat()


@reads("limit", words=gettext_lazy("how much more time"))
def read_limit(asked: Asked, raw: Any) -> tuple[int, int]:
    """How much more of the limit's own type; ``"most"`` in the data says the most."""
    most = min(int(asked.spec.get("most", LARGEST_LIMIT)), LARGEST_LIMIT)
    try:
        amount = int(str(raw))
    except ValueError as error:
        raise asked.trouble(_("a whole number, please")) from error
    if not 1 <= amount <= most:
        raise asked.trouble(_("a number from 1 to %(count)s") % {"count": most})
    return amount, amount


@reads("on", words=gettext_lazy("the day on which it happened"))
def read_on(asked: Asked, raw: Any) -> tuple[date, str]:
    """A day up to today; ``"most"`` in the data says how many days back are most."""
    try:
        day = raw if isinstance(raw, date) else date.fromisoformat(raw)
    except (TypeError, ValueError) as error:
        raise asked.trouble(_("a day as YYYY-MM-DD, please")) from error
    most = int(asked.spec.get("most", LONGEST_PAUSE))
    today = timezone.localdate()
    if not today - timedelta(days=most) <= day <= today:
        raise asked.trouble(
            _("a day up to today, at most %(count)s days back") % {"count": most}
        )
    return day, day.isoformat()


@reads("reference", words=gettext_lazy("number of a document"))
def read_reference(asked: Asked, raw: Any) -> tuple[str, str]:
    """文号 or another number that an office gave; it stays in the record."""
    text = read_text(asked, raw)
    if not text or len(text) > REFERENCE_MAX:
        raise asked.trouble(
            _("at most %(count)s characters") % {"count": REFERENCE_MAX}
        )
    return text, text


@move_forms.makes("on", "workflow/fields/_on.html")
def _on(asked: move_forms.Asked) -> forms.Field:
    today = timezone.localdate().isoformat()
    widget = forms.DateInput(attrs={"type": "date", "max": today}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d"])


@move_forms.makes("reference", "workflow/fields/_reference.html")
def _reference(asked: move_forms.Asked) -> forms.Field:
    return forms.CharField(max_length=REFERENCE_MAX)


@move_forms.makes("until", "workflow/fields/_until.html")
def _until(asked: move_forms.Asked) -> forms.Field:
    today = timezone.localdate().isoformat()
    widget = forms.DateInput(attrs={"type": "date", "min": today}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d"])


@move_forms.makes("limit", "workflow/fields/_limit.html")
def _limit(asked: move_forms.Asked) -> forms.Field:
    most = int(asked.spec.get("most", LARGEST_LIMIT))
    return forms.IntegerField(min_value=1, max_value=most)
