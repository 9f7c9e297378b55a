"""What can be hard about a matter, as an administrator keeps it."""

from django.utils.translation import gettext_lazy

from cases.matters import loading
from cases.models import MatterSort
from workflow.kind_rules import ChoiceForm, KindRules


class SortForm(ChoiceForm):
    """One sort."""

    model = MatterSort


RULES = KindRules(
    app="matters",
    form=SortForm,
    file=loading.NAME,
    dump=loading.dump,
    put=loading.put,
    shown="cases/matters/rules.html",
    new_title=gettext_lazy("New sort of matters"),
    kept=gettext_lazy("The sort of matters is kept."),
    taken=gettext_lazy("Sorts of the file: %(count)s."),
)
