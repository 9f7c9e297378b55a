"""Invented work orders for the demonstration, taken in as the hotline's sheet is.

Names, phones and words are made up.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid5

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Unit, User
from accounts.roles import Role
from cases.models import CallBack, Case, Order, OrderReply, TableWord
from cases.orders import callbacks, clock, taking
from cases.orders.columns import CALL_BACKS, COLUMNS, RECEIVED
from cases.orders.demo_texts import ASKED, NAMES, REPLIES
from cases.orders.judging import Judge
from cases.tables.cells import Cell, Row
from cases.tables.words import Words
from layers.models import Address
from workflow.engine import act, moves_open_to
from workflow.models import Phase, Process, Transition

SEED = 12345
# How many days ago; the older ones are finished and called back.
AGES = (26, 15, 4, 1.3, 0.05)
FINISHED_AFTER = 10  # days
STEPS_MOST = 12
ANSWERS = [("解决", "满意")] * 6 + [
    ("解决", "基本满意"),
    ("部分解决", "基本满意"),
    ("未解决", "不满意"),
    ("", "未评价"),
]


def make(say: Callable[[str], None]) -> int:
    """Orders for each street that has a desk; how many were made now.

    None where no process takes what the hotline sends; a street that has some keeps
    to them.
    """
    facts = {"sources": taking.SOURCE, "urgent": False}
    takes = (row for row in Process.objects.newest(Case.KIND) if row.takes)
    if not any(row.fits(facts) for row in takes):
        return 0
    rng, now = Random(SEED), timezone.now()
    streets = Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code")
    desks = {
        street: desk
        for street in streets.select_related("parent")
        if (desk := _somebody(street, Role.ACCEPTOR))
        and not Order.objects.filter(street=street).exists()
    }
    with transaction.atomic():
        taken = _take(rng, desks, now)
        for street, orders in taken.items():
            for order in orders:
                _work_on(rng, order, now)
            _call_back(rng, orders, desks[street], now)
    made = sum(map(len, taken.values()))
    say(f"{made} invented work orders")
    return made


def _somebody(unit: Unit, role: str) -> User | None:
    posts = Q(memberships__unit=unit, memberships__role=role)
    return User.objects.filter(posts, is_active=True).order_by("pk").first()


def _take(
    rng: Random, desks: dict[Unit, User], now: datetime
) -> dict[Unit, list[Order]]:
    """In the order in which the hotline sent them, as the list shows them."""
    header = [column.title for column in (*COLUMNS, RECEIVED)]
    words = Words.of(TableWord.Table.ORDERS)
    sent = [(row, street) for street in desks for row in _rows(rng, street, now)]
    taken: dict[Unit, list[Order]] = {street: [] for street in desks}
    for row, street in sorted(sent, key=lambda pair: pair[0][RECEIVED.title]):
        judge = Judge(desks[street], header, words)
        (line,) = judge.lines(_numbered([row], header))
        number = taking.Taker(desks[street], words).take(line).number
        taken[street].append(Order.objects.get(number=number))
    return taken


def _rows(rng: Random, street: Unit, now: datetime) -> list[dict[str, str]]:
    places = list(Address.objects.filter(text__contains=street.name)[:400])
    moments = [now - timedelta(days=days * rng.uniform(0.8, 1.2)) for days in AGES]
    return [_row(rng, street, places, moment) for moment in moments]


def _row(
    rng: Random, street: Unit, places: list[Address], moment: datetime
) -> dict[str, str]:
    path, title, content, tags = rng.choice(ASKED)
    place = rng.choice(places).text if places else ""
    estate = place.split(street.name)[-1]
    local = timezone.localtime(moment)
    secret = rng.random() < 0.08
    return {
        "工单编号": f"GD{local:%Y%m%d}{street.code[-3:]}{rng.randrange(10**5):05d}",
        "工单类型": "投诉" if "扰民" in title else "诉求",
        "问题分类": path,
        "标签": tags,
        "标题": f"{estate}{title}",
        "主要内容": f"来电人反映：{place}{content}",
        "工单状态": "办理中",
        "来电人": "保密" if secret else rng.choice(NAMES),
        "来电人电话/账号": f"1{rng.choice('35789')}0000{rng.randrange(4000):05d}",
        "被反映区": street.parent.name if street.parent else "",
        "被反映街乡镇": street.name,
        "工单性质": "主办",
        "小区点位": estate,
        "派单时间": local.strftime("%Y-%m-%d %H:%M:%S"),
    }


def _work_on(rng: Random, order: Order, now: datetime) -> None:
    """The case goes on, the further the older; the finished ones are replied to."""
    age = (now - order.received_at) / timedelta(days=1)
    finished = age > FINISHED_AFTER
    wanted = STEPS_MOST if finished else rng.randrange(0, 4)
    # One in six is late.
    late = 1.2 if rng.random() < 1 / 6 else rng.uniform(0.1, 0.8)
    limit = order.deadline()
    assert limit is not None
    end = order.received_at + (limit.due_at - limit.started_at) * late
    Steps(rng, order, min(end, now)).go(wanted)
    if finished:
        _reply(rng, order, min(end, now))


def _reply(rng: Random, order: Order, moment: datetime) -> None:
    text, result, manner = rng.choice(REPLIES)
    desk = _somebody(order.street, Role.FILER)
    assert desk
    OrderReply.objects.create(
        order=order,
        by=desk,
        unit=order.street,
        at=moment,
        text=text,
        result=result,
        manner=manner,
    )
    clock.meet(order, moment)


class Steps:
    """The usual moves of an order's case, each by somebody who may do it."""

    def __init__(self, rng: Random, order: Order, end: datetime) -> None:
        self.rng, self.order, self.end = rng, order, end
        self.moment = order.received_at
        near = Q(memberships__unit__in=[order.street, order.street.parent])
        below = Q(memberships__unit__parent=order.street)
        people = User.objects.filter(near | below, is_active=True).distinct()
        self.people: list[User] = list(people.order_by("pk"))

    def go(self, most: int) -> None:
        for number in range(most):
            case = Case.objects.get(pk=self.order.case_id)
            if case.state.phase == Phase.DONE or not self._step(case, number):
                return

    def _step(self, case: Case, number: int) -> bool:
        for move in case.moves_from_here():
            if not move.primary:
                continue
            for user in self.people:
                if user.roles & {who["role"] for who in move.who} and (
                    move in moves_open_to(case, user)
                ):
                    self._do(case, move, user, number)
                    return True
        return False

    def _do(self, case: Case, move: Transition, user: User, number: int) -> None:
        self.moment += (self.end - self.moment) * 0.3
        act(
            case,
            move.verb,
            by=user,
            act_id=uuid5(case.uuid, f"step {number}"),
            evidence=self._evidence(move),
            happened_at=self.moment,
        )

    def _evidence(self, move: Transition) -> dict[str, Any]:
        """Only what the move cannot do without."""
        units = Unit.objects.disposing().filter(parent=self.order.street)
        given = {
            "unit": lambda: self.rng.choice(list(units.order_by("code"))).code,
            "reason": lambda: move.reasons[0]["code"],
            "note": lambda: self.rng.choice(REPLIES)[0],
        }
        return {
            name: given[name]()
            for name, spec in move.evidence.items()
            if spec.get("required")
        }


def _call_back(rng: Random, orders: Iterable[Order], desk: User, now: datetime) -> None:
    """The city's results of what is finished, for the month that runs and the last."""
    header = [column.title for column in CALL_BACKS]
    rows = []
    for order in orders:
        if now - order.received_at < timedelta(days=FINISHED_AFTER):
            continue
        solved, satisfied = rng.choice(ANSWERS)
        contacted = bool(solved) or rng.random() < 0.5
        day = timezone.localdate(min(order.received_at + timedelta(days=9), now))
        rows.append(
            {
                "工单编号": order.number,
                "是否联系": "是" if contacted else "否",
                "是否解决": solved,
                "是否满意": satisfied,
                "是否剔除": "是" if rng.random() < 0.06 else "否",
                "回访时间": day.isoformat(),
                "考核月份": f"{day:%Y-%m}",
            }
        )
    if rows and not CallBack.objects.filter(order__in=list(orders)).exists():
        sort = callbacks.CallBackSort(desk, callbacks.first_of(timezone.localdate()))
        for result in callbacks.Judge(sort, header).results(_numbered(rows, header)):
            callbacks.write(result, desk)


def _numbered(rows: Iterable[dict[str, str]], header: Iterable[str]) -> list[Row]:
    titles = list(header)
    return [
        (line, [Cell(row.get(title, "")) for title in titles])
        for line, row in enumerate(rows, start=2)
    ]
