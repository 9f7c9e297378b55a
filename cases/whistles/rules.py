"""The occasions of whistles as an administrator keeps them."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.models import WhistleOccasion
from cases.models.whistle import LONGEST
from cases.whistles import loading
from workflow.kind_rules import ChoiceForm, KindRules


class OccasionForm(ChoiceForm):
    """One occasion."""

    model = WhistleOccasion
    field_order = ("code", "title", "title_en", "minutes", "sign_minutes", "basis")

    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes to be there"), min_value=1, max_value=LONGEST
    )
    sign_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes to sign"), min_value=1, max_value=LONGEST
    )
    basis = forms.CharField(label=gettext_lazy("Basis"), max_length=200, required=False)
    at_once = forms.BooleanField(
        label=gettext_lazy("Blown at once, approved afterwards; its time is fixed"),
        required=False,
    )


RULES = KindRules(
    app="whistles",
    form=OccasionForm,
    file=loading.NAME,
    dump=loading.dump,
    put=loading.put,
    shown="cases/whistles/rules.html",
    new_title=gettext_lazy("New occasion"),
    kept=gettext_lazy("The occasion is kept."),
    taken=gettext_lazy("Occasions of the file: %(count)s."),
)
