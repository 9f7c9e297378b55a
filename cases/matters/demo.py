"""Invented hard matters for the demonstration, of streets with a leader.

They go through the real engine, dated back. Which move comes next is read from the
process by what its effects do; no state and no verb is known here.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from accounts.models import Site, Unit, User
from accounts.roles import DISPOSES, Role
from cases.matters.raising import begin_draft, conference_of, matter_of
from cases.matters.units import units_for
from cases.models import Case, Conference, Matter, MatterTask
from workflow.engine import act, moves_open_to
from workflow.models import Phase, Subject

NAMESPACE = UUID("7e0d1c1e-6b0a-5b34-9b52-2f5cb25d9a10")
SEED = 20240315
DAY = timedelta(days=1)
# Title, what is hard about it, what was tried, what is decided, when it counts as done.
STORIES = (
    (
        *("老旧小区围墙权属与拆除", "ownership"),
        "产权单位已注销，两个小区对围墙归属各执一词，社区协调三次未果。",
        *(
            "由牵头单位会同协办单位核定权属后拆除，恢复通行。",
            "围墙拆除、路面恢复，居民代表签字确认",
        ),
    ),
    (
        *("背街小巷化粪池反复外溢", "duties"),
        "市政与物业管段交叉，多次清掏仍反复外溢，居民集中反映。",
        *("划定管段，牵头单位一次性疏通并建立轮值清掏制度。", "连续三十日无外溢"),
    ),
    (
        *("地下空间违规住人清退", "history"),
        "历史上多次转租，实际使用人不明，单一部门无法清退。",
        *("联合执法清退，产权单位收回并封闭管理。", "人员清退完毕、出入口封闭"),
    ),
    (
        *("集中充电设施建设选址", "money"),
        "居民要求迫切，但选址和建设资金均未落实。",
        *("由牵头单位落实资金，协办单位完成选址公示。", "设施建成并投入使用"),
    ),
    (
        *("商户油烟扰民反复投诉", "repeated"),
        "多次处置后反弹，居民与商户矛盾突出。",
        *("统一更换净化设备并接入在线监测。", "监测达标且三十日内无投诉"),
    ),
    (
        *("临时停车场用地到期后续安排", "policy"),
        "用地协议到期，续用缺少依据，周边停车压力大。",
        *("协办单位提出过渡方案，牵头单位报批。", "过渡方案批复并公示"),
    ),
    (
        *("拆迁滞留区环境整治", "interests"),
        "滞留户与实施主体诉求不一致，环境脏乱长期存在。",
        *("先行清运围挡，分户协商。", "垃圾清运完毕、围挡到位"),
    ),
)
AGES = (96, 70, 52, 33, 21, 9, 3)  # days ago that each was raised
CHAIR = "演示街道主任"
MINUTES = (
    "会议听取了事项情况汇报，参会单位逐项发表意见。会议议定：按决议明确牵头、协办单位"
    "和办结标准，牵头单位每周报送进展，召集单位按期核验。"
)
PROGRESS = ("已现场踏勘并形成方案", "已进场施工，完成约六成", "已与相关方达成一致")
# The effects that a story goes through.
TAKES, HOLDS, DECIDES, WRITES, CLOSES = (
    *("take_in", "hold_conference", "decide_matter"),
    *("keep_minutes", "end_conference"),
)
ANSWERS, TELLS, REPORTS, ACCEPTS, ENDS = (
    *("answer_invitation", "note_progress", "report_task", "accept_task", "end_matter"),
)


def make(say: Callable[[str], None]) -> int:
    """Matters for each street with a leader; how many were made now.

    A street that has some keeps to them; a site that is no demonstration gets none.
    """
    if not Site.objects.filter(demonstration=True).exists():
        return 0
    made = 0
    for street in Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code"):
        leader, desk = (
            _somebody(street, {role}) for role in (Role.LEADER, Role.DISPATCHER)
        )
        if leader and desk and not Matter.objects.filter(street=street).exists():
            with transaction.atomic():
                made += Story(street, leader, desk).tell()
    say(f"{made} invented hard matters")
    return made


def _somebody(unit: Unit, roles: set[Any]) -> User | None:
    posts = unit.memberships.valid_at(timezone.now())
    post = posts.filter(role__in=roles, user__is_active=True).order_by("pk").first()
    return User.objects.get(pk=post.user_id) if post else None


class Story:
    """The matters of one street, as far as each has come."""

    def __init__(self, street: Unit, leader: User, desk: User) -> None:
        self.street, self.leader, self.desk = street, leader, desk
        self.rng = Random(f"{SEED}/{street.code}")
        self.now, self.acts = timezone.now(), 0
        self.matters: list[Matter] = []

    def tell(self) -> int:
        cases = list(Case.objects.filter(street=self.street).order_by("pk")[:60])
        units = self._units()
        if len(units) < 2:
            return 0
        for number, age in enumerate(AGES):
            linked = self.rng.sample(cases, min(len(cases), self.rng.randint(0, 3)))
            matter = self._raise(number, self.now - age * DAY, linked, units)
            self.matters.append(matter)
            # The last is what the leader has not looked at yet.
            if number < len(AGES) - 1:
                self._do(matter, TAKES, self.leader, self.now - (age - 1) * DAY)
        self._confer(self.matters[:1], units, 80, late=False, done=True)
        self._confer(self.matters[1:3], units, 30, late=True, done=False)
        self._invite_to(self.matters[3:5], units)
        return len(self.matters)

    def _units(self) -> list[Unit]:
        draft = Matter(street=self.street)
        rows = [unit for unit in units_for(draft) if _somebody(unit, set(DISPOSES))]
        return sorted(rows, key=lambda row: row.parent_id != self.street.pk)[:6]

    def _raise(
        self, number: int, moment: datetime, cases: list[Case], units: list[Unit]
    ) -> Matter:
        title, sort, note, _decision, _done = STORIES[number]
        place = next((case for case in cases if case.place), None)
        community = place.community if place and place.community else self.street
        evidence = {
            "title": f"{community.name.removesuffix('居委会')}{title}"[:80],
            "sort": sort,
            "note": note,
            "cases": [str(case.uuid) for case in cases],
            "address": place.address if place else self.street.name,
            "concerned": [unit.code for unit in self.rng.sample(units, 2)],
        }
        uuid = uuid5(NAMESPACE, f"{self.street.code}/{number}")
        matter = matter_of(self.desk, uuid=uuid, raised_at=moment)
        begin_draft(matter, self.desk, _given(evidence), moment)
        return matter

    def _confer(
        self,
        matters: list[Matter],
        units: list[Unit],
        ago: int,
        *,
        late: bool,
        done: bool,
    ) -> None:
        """Called, held, each matter decided; then as far as the tasks have come."""
        called = self.now - ago * DAY
        conference = self._call(matters, units[:3], called)
        for unit in units[:3]:
            self._do(conference, ANSWERS, self._of(unit), called + DAY / 4)
        held = called + 2 * DAY
        self._do(conference, HOLDS, self.desk, held)
        for matter in matters:
            _t, _s, _n, decision, done_when = STORIES[self.matters.index(matter)]
            given: dict[str, Any] = {"decision": decision, "done_when": done_when}
            given |= {"lead": units[0].code, "assisting": [units[1].code]}
            days = "10" if late else "60"
            self._do(matter, DECIDES, self.desk, held, limit=days, **given)
        self._do(conference, WRITES, self.desk, held + DAY, minutes=MINUTES)
        self._do(conference, CLOSES, self.desk, held + DAY)
        tasks = list(MatterTask.objects.filter(matter__in=matters).listed())
        for number, task in enumerate(tasks):
            finished = done or number % 3 == 1
            self._carry_out(task, held + 2 * DAY, finished=finished)
        if done:
            for matter in matters:
                self._do(matter, ENDS, self.leader, self.now - 20 * DAY)

    def _carry_out(self, task: MatterTask, begun: datetime, *, finished: bool) -> None:
        by = self._of(task.unit)
        self._do_first(task, by, begun)
        self._do(task, TELLS, by, begun + 3 * DAY, note=self.rng.choice(PROGRESS))
        if finished:
            self._do(task, REPORTS, by, begun + 6 * DAY, note="已全部落实")
            self._do(task, ACCEPTS, self.desk, begun + 7 * DAY)

    def _invite_to(self, matters: list[Matter], units: list[Unit]) -> None:
        """One to come, to which some have answered."""
        conference = self._call(matters, units[:4], self.now - DAY)
        for unit in units[:2]:
            self._do(conference, ANSWERS, self._of(unit), self.now - DAY / 2)

    def _call(
        self, matters: list[Matter], units: list[Unit], moment: datetime
    ) -> Conference:
        day = timezone.localdate(moment) + 2 * DAY
        begins = timezone.make_aware(datetime.combine(day, time(9, 30)))
        evidence = {
            "title": f"{self.street.name}疑难问题会商（{moment:%m月%d日}）",
            "begins_at": begins.isoformat(),
            "venue": f"{self.street.name}三层会议室",
            "chair": CHAIR,
            "invited": [unit.code for unit in units],
            "agenda": [str(matter.uuid) for matter in matters],
            "note": "请携带相关权属、管段资料参会。",
        }
        uuid = uuid5(NAMESPACE, f"{self.street.code}/conference/{matters[0].pk}")
        conference = conference_of(self.desk, uuid=uuid, called_at=moment)
        begin_draft(conference, self.desk, evidence, moment)
        return conference

    def _of(self, unit: Unit) -> User:
        found = _somebody(unit, set(DISPOSES))
        assert found, "units without anybody are never chosen"
        return found

    def _do(
        self, subject: Subject, effect: str, by: User, at: datetime, **given: Any
    ) -> None:
        """The move open to the person that has the effect, with what it takes."""
        row = type(subject)._default_manager.get(pk=subject.pk)
        found = [move for move in moves_open_to(row, by) if effect in move.effects]
        for move in found[:1]:
            told = {k: v for k, v in given.items() if k in move.evidence}
            if move.reasons:
                told["reason"] = move.reasons[0]["code"]
            self._act(row, move.verb, by, at, told)

    def _do_first(self, subject: Subject, by: User, at: datetime) -> None:
        """The chief move that asks for nothing: it signs for what it was given."""
        row = type(subject)._default_manager.get(pk=subject.pk)
        moves = [m for m in moves_open_to(row, by) if m.primary and not m.evidence]
        if moves and moves[0].to_state.phase != Phase.DONE:
            self._act(row, moves[0].verb, by, at, {})

    def _act(
        self, row: Any, verb: str, by: User, at: datetime, told: dict[str, Any]
    ) -> None:
        self.acts += 1
        name = f"{self.street.code} act {self.acts}"
        act(
            row,
            verb,
            by=by,
            act_id=uuid5(NAMESPACE, name),
            evidence=told,
            happened_at=min(at, self.now),
        )


def _given(evidence: dict[str, Any]) -> dict[str, Any]:
    return {name: said for name, said in evidence.items() if said}
