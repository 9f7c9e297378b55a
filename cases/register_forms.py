"""登记: the form of a case that came by telephone, on foot, in the news …"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.models import User
from cases.models import Source, Tag
from cases.registering import REPEATED
from cases.report_forms import ReportForm
from workflow.models import Category, Transition

PHONE_MAX, NAME_MAX = 30, 60
NO_PHOTO = "no_photo"  # the tag of a case whose class wants a photo and has none


class RegisterForm(ReportForm):
    """What the desk was told: from where, what, where, and by whom.

    What is known of the caller is no evidence of the act: it is sealed beside the case.
    """

    ids = "register-%s"

    caller_name = forms.CharField(max_length=NAME_MAX, required=False)
    caller_phone = forms.CharField(max_length=PHONE_MAX, required=False)
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.none(), required=False, to_field_name="code"
    )

    def __init__(
        self, move: Transition, user: User, data: Any = None, files: Any = None
    ) -> None:
        super().__init__(move, user, data, files)
        self.sources = list(Source.objects.in_use().filter(desk=True))
        field = forms.ChoiceField(
            choices=[(row.code, str(row)) for row in self.sources]
        )
        field.label = _("Source")
        field.error_messages["required"] = _("Say where it comes from.")
        self.fields["source"] = field
        if "urgent" in move.evidence:
            self.fields["urgent"] = forms.BooleanField(required=False)
        tags = self.fields["tags"]
        assert isinstance(tags, forms.ModelMultipleChoiceField)
        tags.queryset = Tag.objects.in_use().exclude(code__in=[REPEATED, NO_PHOTO])

    @property
    def marks(self) -> list[Tag]:
        """The tags chosen, and that there is no photo where the class wants one.

        Whoever only hears of it by telephone cannot take one: it is said, not forced.
        """
        sent = self.cleaned_data
        found = list(sent["tags"])
        wants = Category.objects.filter(pk=sent.get("category") or 0, photo=True)
        if not sent.get("photos") and wants.exists():
            found += Tag.objects.in_use().filter(code=NO_PHOTO)
        return found

    @property
    def callers(self) -> str:
        """Codes of the sources behind which somebody called, for the page's script."""
        return " ".join(row.code for row in self.sources if row.caller)
