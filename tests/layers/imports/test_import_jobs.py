"""Imports as jobs: a worker that is killed leaves nothing half done, and no work."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from layers import alone, tasks
from layers.imports import carrying, intake, jobs
from layers.models import Feature, ImportRun
from tests.layers import files

ROWS = 20_000


@pytest.fixture
def worker(transactional_db: None, var_folder: Path) -> Iterator[Any]:
    """Starts a real worker on the test database; it ends when no job is left."""
    url = urlsplit(settings.SERVING_URL)
    environment = {
        **os.environ,
        "DATABASE_URL": url._replace(
            path="/" + connection.settings_dict["NAME"]
        ).geturl(),
        "GOVMAP_VAR": str(var_folder),
        "GOVMAP_SECRET_KEY": "of no use outside this test",
        "GOVMAP_PERSONAL_KEYS": " ".join(settings.PERSONAL_KEYS),
    }
    started = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "procrastinate", "worker", "--one-shot"]
        worker_ = subprocess.Popen(command, cwd=settings.ROOT, env=environment)
        started.append(worker_)
        return worker_

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(is_so: Any, *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def queued(transactional_db: None, tmp_path: Path) -> Any:
    """An import of many rows with its job."""

    def queue(count: int) -> ImportRun:
        layer = files.a_layer()
        path = files.geojson(tmp_path / "f.geojson", files.rows(count))
        return files.run_of(
            layer, path, then=lambda run: jobs.import_file.defer(run=run.pk)
        )

    return queue


def test_a_job_that_lost_its_worker_is_taken_up_and_done_once(worker, queued):
    run = queued(ROWS)
    first = worker()
    wait_until(lambda: ImportRun.objects.get(pk=run.pk).rows_read > 0)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not run.layer.versions.exists()
    wait_until(lambda: take_up() == 1)
    assert worker().wait(timeout=120) == 0
    run.refresh_from_db()
    assert (run.status, run.report["added"]) == (ImportRun.Status.DONE, ROWS)
    assert list(run.layer.versions.values_list("number", flat=True)) == [1]
    assert Feature.objects.filter(layer=run.layer).count() == ROWS
    job = ProcrastinateJob.objects.get(task_name="layers.import_file")
    assert (job.status, job.attempts) == ("succeeded", 2)


def take_up() -> int:
    """In a thread of its own: a browser's loop may be running in this one."""

    async def once() -> int:
        return await tasks.take_up(app.job_manager, silent=0.5)

    def apart() -> int:
        try:
            return asyncio.run(once())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(apart).result()


def test_a_job_delivered_twice_is_done_once(worker, queued):
    run = queued(20)
    jobs.import_file.defer(run=run.pk)
    assert worker().wait(timeout=60) == 0
    assert run.layer.versions.count() == 1


def test_a_run_in_another_worker_s_hands_is_left_alone(queued):
    run = queued(1)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [carrying.LOCK, run.pk])
        with pytest.raises(alone.StillAtWork):
            jobs.import_file(run=run.pk)
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()
    jobs.import_file(run=run.pk)
    assert ImportRun.objects.get(pk=run.pk).status == ImportRun.Status.DONE


def test_an_upload_and_its_job_stand_or_fall_together(transactional_db, tmp_path):
    def fail(run: ImportRun) -> None:
        jobs.import_file.defer(run=run.pk)
        raise RuntimeError

    path = files.geojson(tmp_path / "f.geojson", files.rows(1))
    with pytest.raises(RuntimeError):
        files.run_of(files.a_layer(), path, then=fail)
    assert not ProcrastinateJob.objects.exists()
    assert not ImportRun.objects.filter(layer__code="buildings").exists()


def test_old_files_that_nobody_needs_are_swept(transactional_db, tmp_path, queued):
    run = queued(1)
    stray = intake.folder() / "stray"
    stray.write_text("left behind")
    later = timezone.now() + timedelta(seconds=5)
    assert intake.sweep(later) >= 1
    assert not stray.exists()
    assert (Path(settings.VAR) / run.path).exists()
