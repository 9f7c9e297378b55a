"""One of each rule of cases, about a class that no driven case has."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Unit
from cases.models import DispatchRule, Duty, Source, StandIn, Tag
from workflow.models import Category


def made_rules() -> dict[str, int]:
    """Primary keys by what an address calls them."""
    team, gardens = (Unit.objects.get(code=code) for code in ("team", "gardens"))
    duty = Duty.objects.create(code="J1", title="井盖巡查", kind=Duty.Kind.BASIC)
    cover = Category.objects.get(code="01001", kind="part")
    rule = DispatchRule.objects.create(category=cover, department=team, duty=duty)
    now = timezone.now()
    stand_in = StandIn.objects.create(
        unit=gardens, by_unit=team, lasts=(now, now + timedelta(days=1))
    )
    words = {"tag": Tag, "source": Source}
    return {name: model.objects.earliest("pk").pk for name, model in words.items()} | {
        **{"duty": duty.pk, "dispatch_rule": rule.pk, "stand_in": stand_in.pk},
    }
