"""The worker: runs procrastinate's queue under the worker's own login."""

from __future__ import annotations

import asyncio

import django

STALLED_SECONDS = 30.0


def run(*, once: bool, concurrency: int) -> None:
    django.setup()
    asyncio.run(_run(once, concurrency))


async def _run(once: bool, concurrency: int) -> None:
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        async with working.open_async():
            # Something the worker's login must be allowed to do, before it says that it is there.
            await working.job_manager.prune_stalled_workers(STALLED_SECONDS)
            print("worker: ready", flush=True)  # the supervisor waits for these words
            await working.run_worker_async(wait=not once, concurrency=concurrency)
