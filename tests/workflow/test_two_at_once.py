"""Two people on one case, each on a connection of his own: one wins, one gets 409."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cases.models import Case
from govmap.lib.errors import DomainError
from tests.workflow import asking, pausing
from tests.workflow.asking import do
from tests.workflow.streams import in_threads
from tests.workflow.walking import check_record
from workflow import ladder
from workflow.engine import act, by_itself
from workflow.models import Deadline, Event, LadderFiring, LadderStep, Request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def process(db, tmp_path):
    return asking.load(tmp_path)


def colleague(people):
    """A second handler of the unit that is at work."""
    post, other = people["handler"].posts[0], people["clerk"]
    other.memberships.create(unit=post.unit, role=post.role, valid=post.valid)
    return other


def at_once(case, *acts, seen=True):
    """Do all at once, as seen before; the answers of who won and of who lost."""
    after = case.events_count if seen else None

    def doing(verb, user):
        given = {"after_event": after, "by": user, "act_id": uuid4()}
        return lambda: act(Case.objects.get(pk=case.pk), verb, **given)

    answers = in_threads(*[doing(verb, user) for verb, user in acts])
    check_record(Case.objects.get(pk=case.pk))
    won = [answer for answer in answers if isinstance(answer, Event)]
    return won, [answer for answer in answers if answer not in won]


def assert_one_won(won, lost):
    assert len(won) == 1
    assert all(isinstance(error, DomainError) and error.status == 409 for error in lost)


@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.parametrize("verbs", ["allow allow", "allow deny", "deny unbeg"])
def test_a_request_is_answered_once(people, verbs, seen):
    case, other = asking.begged(people), colleague(people)
    who = {"allow": people["dispatcher"], "deny": people["desk"]}
    first, second = verbs.split()
    pair = (first, who.get(first, people["handler"]))
    rival = other if first == second else who.get(second, people["handler"])
    won, lost = at_once(case, pair, (second, rival), seen=seen)
    assert_one_won(won, lost)
    assert Request.objects.get(subject_id=case.pk).answer_seq == won[0].seq


def test_two_who_ask_at_once_make_one_request(people):
    case, other = asking.at_work(people), colleague(people)
    won, lost = at_once(case, ("beg", people["handler"]), ("beg", other), seen=False)
    assert_one_won(won, lost)
    assert Request.objects.open().filter(subject_id=case.pk).count() == 1


def test_the_last_grant_is_not_given_twice(people):
    case = asking.at_work(people)
    do(case, "beg", people["handler"])
    do(case, "allow", people["dispatcher"])
    do(case, "beg", people["handler"])
    case.refresh_from_db()
    allow = [("allow", people["dispatcher"]), ("allow", people["desk"])]
    assert_one_won(*at_once(case, *allow, seen=False))
    limit = Deadline.objects.running().get(subject_id=case.pk)
    assert limit.extensions == 2


def test_a_clock_is_paused_once(people):
    case = asking.at_work(people)
    pair = ("rest", people["dispatcher"]), ("rest", people["desk"])
    assert_one_won(*at_once(case, *pair, seen=False))


def test_the_system_and_a_person_resume_it_once(people):
    case = asking.at_work(people)
    do(case, "rest", people["dispatcher"])
    answers = in_threads(
        lambda: by_itself(Case.objects.get(pk=case.pk), "wake", act_id=uuid4()),
        lambda: do(case, "wake", people["dispatcher"]),
    )
    won = [answer for answer in answers if isinstance(answer, Event)]
    assert_one_won(won, [answer for answer in answers if answer not in won])
    assert Deadline.objects.running().get(subject_id=case.pk).paused_at is None


def test_asking_and_being_done_at_once_leaves_nothing_open(people):
    case, other = asking.at_work(people), colleague(people)
    won, _lost = at_once(case, ("beg", people["handler"]), ("mend", other), seen=False)
    assert won
    assert not Request.objects.open().filter(subject_id=case.pk).exists()


def test_whoever_lost_reads_what_changed(people, signed_in):
    case = asking.begged(people)

    def answered(name, verb):
        told = {"act_id": str(uuid4()), "verb": verb, "after_event": case.events_count}
        body = json.dumps(told)
        where = f"/api/v1/cases/{case.uuid}/acts/"
        client = signed_in(people[name])
        return lambda: client.post(where, body, content_type="application/json")

    answers = in_threads(answered("dispatcher", "allow"), answered("desk", "deny"))
    lost, won = sorted(answers, key=lambda answer: answer.status_code, reverse=True)
    assert (won.status_code, lost.status_code) == (200, 409)
    assert won.json()["actor"] in lost.json()["detail"]


def test_two_workers_climb_the_ladder_once(people, tmp_path):
    """Each step acts once, whichever worker comes first, and however often."""
    more = tmp_path / "more"
    more.mkdir()
    pausing.load(more)
    since = timezone.now() - timedelta(days=60)
    LadderStep.objects.create(
        code="urges", titles={"zh-hans": "催"}, share=100, verb="urge", begins_at=since
    )
    case = asking.at_work(people)
    limit = pausing.back(pausing.the_limit(case), timedelta(days=30))
    now = timezone.now()
    in_threads(*[lambda: ladder.look(limit.pk, now) for _worker in range(3)])
    assert case.events().filter(verb="urge").count() == 1
    assert LadderFiring.objects.filter(step__code="urges").count() == 1
    check_record(Case.objects.get(pk=case.pk))
