"""The worker: runs procrastinate's queue under the worker's own login."""

from __future__ import annotations

import asyncio

import django


def run(*, once: bool, concurrency: int) -> None:
    django.setup()
    asyncio.run(_run(once, concurrency))


async def _run(once: bool, concurrency: int) -> None:
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        async with working.open_async():
            await working.check_connection_async()
            print("worker: ready", flush=True)  # the supervisor waits for these words
            await working.run_worker_async(wait=not once, concurrency=concurrency)
