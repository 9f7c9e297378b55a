"""Events commit in the order of their ids; acts sent at once are done once."""

from uuid import uuid4

import pytest

from cases.intake import report
from cases.models import Case
from tests.cases.driving import litter, photo_of
from tests.sites import package
from tests.workflow.streams import in_threads
from workflow.engine import act
from workflow.errors import ActReused, ChangedMeanwhile, IllegalMove, SomebodyElsesAct
from workflow.models import Condition, Event

pytestmark = pytest.mark.django_db(transaction=True)


def send(user, uuid, **more):
    evidence = {"category": litter().pk, "place": list(package.inside(1, 1, 1)), **more}
    return report(by=user, uuid=uuid, evidence=evidence)


def test_events_are_numbered_as_they_commit(people):
    """Whoever reads after each commit never finds a smaller id later."""
    seen: list[int] = []
    begun = Event.objects.last_id()

    def write(name):
        for _ in range(10):
            send(people[name], uuid4())

    def watch():
        while len(seen) < 20:
            after = seen[-1] if seen else begun
            rows = Event.objects.filter(pk__gt=after).order_by("pk")
            seen.extend(rows.values_list("pk", flat=True))

    in_threads(lambda: write("grid_worker"), lambda: write("outsider_worker"), watch)
    written = Event.objects.filter(pk__gt=begun).values_list("pk", flat=True)
    assert seen == sorted(written)


def test_two_writers_never_share_a_number(people):
    def write(name):
        return [send(people[name], uuid4())[0].number for _ in range(10)]

    first, second = in_threads(
        lambda: write("grid_worker"), lambda: write("other_worker")
    )
    assert len({*first, *second}) == 20


def test_a_report_sent_twice_at_once_is_one_case(people):
    uuid = uuid4()
    answers = in_threads(*[lambda: send(people["grid_worker"], uuid)] * 4)
    assert len({event.pk for _case, event in answers}) == 1
    assert sorted(event.repeated for _case, event in answers) == [
        *(False, True, True, True)
    ]
    assert Case.objects.count() == 1


def test_one_uuid_with_two_bodies_at_once_is_one_case(people):
    uuid = uuid4()
    answers = in_threads(
        lambda: send(people["grid_worker"], uuid, note="一"),
        lambda: send(people["grid_worker"], uuid, note="二"),
    )
    assert sum(isinstance(answer, ActReused) for answer in answers) == 1
    assert Case.objects.count() == 1


def test_one_uuid_of_two_people_at_once_is_one_case(people):
    uuid = uuid4()
    answers = in_threads(
        lambda: send(people["grid_worker"], uuid),
        lambda: send(people["other_worker"], uuid),
    )
    assert sum(isinstance(answer, SomebodyElsesAct) for answer in answers) == 1
    assert Case.objects.count() == 1


def filing(case, user, act_id, **how):
    condition = Condition.objects.get(category=litter()).pk
    evidence = {"condition": condition}
    return act(case, "file", by=user, act_id=act_id, evidence=evidence, **how)


def test_an_act_sent_twice_at_once_is_one_event(people, make_case):
    case, act_id = make_case(), uuid4()
    answers = in_threads(*[lambda: filing(case, people["filer"], act_id)] * 4)
    assert len({event.pk for event in answers}) == 1
    assert Event.objects.of("case", case.uuid).count() == 2


@pytest.mark.parametrize("after", [None, 1])
def test_of_two_people_at_once_one_is_first(people, make_case, after):
    case = make_case()
    answers = in_threads(
        *[
            lambda name=name: filing(case, people[name], uuid4(), after_event=after)
            for name in ("filer", "desk", "filer", "desk")
        ]
    )
    late = [a for a in answers if isinstance(a, IllegalMove | ChangedMeanwhile)]
    assert (len(late), Event.objects.of("case", case.uuid).count()) == (3, 2)


def test_one_photo_in_two_acts_at_once_is_used_once(people, make_case):
    cases = [make_case(state="handling"), make_case(state="handling")]
    photo = str(photo_of(people["handler"]))
    answers = in_threads(
        *[
            lambda case=case: act(
                case,
                "dispose",
                by=people["handler"],
                act_id=uuid4(),
                evidence={"photos": [photo]},
            )
            for case in cases
        ]
    )
    assert sum(isinstance(answer, Event) for answer in answers) == 1
