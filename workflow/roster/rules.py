"""The kinds of shifts as an administrator keeps them."""

from django.utils.translation import gettext_lazy

from workflow.kind_rules import KindRules
from workflow.roster import loading
from workflow.roster.forms import KindForm

RULES = KindRules(
    app="roster",
    form=KindForm,
    file=loading.NAME,
    dump=loading.dump,
    put=loading.put,
    shown="workflow/roster/rules.html",
    new_title=gettext_lazy("New kind of shift"),
    kept=gettext_lazy("The kind of shift is kept."),
    taken=gettext_lazy("Kinds of shifts of the file: %(count)s."),
)
