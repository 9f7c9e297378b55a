"""Jobs of the tables that people send."""

import logging
from datetime import timedelta
from itertools import chain

from django.db import OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from cases.geocoding import running as geocoding
from cases.models import GeocodeRun, OldImport, OrderSheet, SentTable
from cases.old import running as old
from cases.orders import running as orders
from cases.tables import keeping
from cases.tables.carrying import ended_or_again
from layers.alone import StillAtWork

logger = logging.getLogger(__name__)
KEPT_DAYS = 7
PLACED_DAYS = 30
AGAIN = RetryStrategy(
    max_attempts=200, wait=15, retry_exceptions={OperationalError, StillAtWork}
)


@app.task(name=orders.TASK, retry=AGAIN)
def carry_out_sheet(sheet: int) -> None:
    """Called again, it goes on where work is left, or ends."""
    rows = OrderSheet.objects.select_related("by")
    ended_or_again(orders.carry_out(rows.get(pk=sheet)))


@app.task(name=old.TASK, retry=AGAIN)
def carry_out_old(run: int) -> None:
    """Called again, it begins anew: nothing of it was written."""
    rows = OldImport.objects.select_related("by", "system")
    ended_or_again(old.carry_out(rows.get(pk=run)))


@app.task(name=old.WITHDRAW, retry=AGAIN)
def withdraw_old(run: int) -> None:
    """Takes the cases of a withdrawn import out of use. Again it finds none."""
    old.take_out(OldImport.objects.select_related("system").get(pk=run))


@app.task(name=geocoding.TASK, retry=AGAIN)
def carry_out_geocoding(run: int) -> None:
    """Called again, it places the table anew; one that was removed is done with."""
    for row in GeocodeRun.objects.select_related("by").filter(pk=run):
        ended_or_again(geocoding.carry_out(row))


@app.periodic(cron="53 3 * * *")
@app.task(name="cases.sweep_tables", queueing_lock="cases.sweep_tables")
def sweep_tables(timestamp: int) -> None:
    """Every night: files go that wait for nothing, and refused rows of last week."""
    open_ = (*SentTable.UNDER_WAY, SentTable.Status.LOOKED)
    needed = chain.from_iterable(
        model._default_manager.filter(status__in=open_).values_list("path", flat=True)
        for model in (OrderSheet, OldImport, GeocodeRun)
    )
    needed = chain(needed, geocoded_rows())
    before = timezone.now().timestamp() - KEPT_DAYS * 86_400
    logger.info("%d files of tables removed", keeping.sweep(before, needed))


def geocoded_rows() -> list[str]:
    """Files of placed tables that are kept; older tables go as a whole."""
    before = timezone.now() - timedelta(days=PLACED_DAYS)
    ended = GeocodeRun.objects.exclude(status__in=SentTable.UNDER_WAY)
    for run in ended.filter(sent_at__lt=before):
        geocoding.remove(run)
    uuids = GeocodeRun.objects.values_list("uuid", flat=True)
    return [f"tables/{uuid}.rows" for uuid in uuids]
