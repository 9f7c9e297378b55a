"""What people call the tables of the cases' rules, in the record of their changes."""

from django.utils.translation import gettext_lazy as _

from workflow.rules import rules_tables

rules_tables(
    {
        "cases.dispatchrule": _("dispatch rule"),
        "cases.duty": _("duty"),
        "cases.evaluationsettings": _("evaluation"),
        "cases.indicator": _("indicator"),
        "cases.mattersort": _("sort of matter"),
        "cases.oldsystem": _("old system"),
        "cases.oldword": _("word of an old system"),
        "cases.orderclass": _("class of an order"),
        "cases.orderkind": _("kind of order"),
        "cases.raterule": _("weights of the rates"),
        "cases.samplingrule": _("sampling rule"),
        "cases.source": _("source"),
        "cases.standin": _("stand-in"),
        "cases.tableword": _("column's name"),
        "cases.tag": _("tag"),
        "cases.whistleoccasion": _("occasion of a whistle"),
    }
)
