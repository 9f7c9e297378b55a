"""Jobs of the channels."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from workflow.channels import routing, sending
from workflow.channels.waking import CARRY, carry_soon

logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name=CARRY, queueing_lock=CARRY)
def carry_notices(timestamp: int) -> None:
    """Every minute, and when something was told: messages are made and sent.

    Bounded in time, for others wait for the same worker: what is left is a job again.
    """
    routed = routing.route_all()
    left = sending.send_due()
    if routed:
        logger.info("messages were made of %d notices", routed)
    if left:
        carry_soon()


@app.periodic(cron="47 3 * * *")
@app.task(name="workflow.sweep_deliveries", queueing_lock="workflow.sweep_deliveries")
def sweep_deliveries(timestamp: int) -> None:
    """Every night: messages go that are over for long."""
    logger.info("%d old messages removed", sending.sweep(timezone.now()))
