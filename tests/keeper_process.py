"""The real key service, started and stopped by tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.world import KEKS

SRC = Path(__file__).parent.parent / "src"


class KeeperProcess:
    def __init__(self, url: str) -> None:
        self.url = url
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith("AMPARO_")} | {
            "AMPARO_DATABASE_URL": self.url,
            "AMPARO_KEEPER_SOCKET": os.environ["AMPARO_KEEPER_SOCKET"],
            "AMPARO_KEKS": KEKS,
            "AMPARO_KEEPER_WORKER_TOKEN": os.environ["AMPARO_KEEPER_WORKER_TOKEN"],
            "PYTHONPATH": str(SRC),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "amparo.keeper"], env=env, stderr=subprocess.DEVNULL
        )
        from amparo.keeper.client import Keeper, KeeperUnavailable

        for _ in range(100):
            try:
                Keeper(os.environ["AMPARO_KEEPER_SOCKET"]).health()
                return
            except KeeperUnavailable:
                time.sleep(0.1)
        raise RuntimeError("The keeper did not start.")

    def stop(self, *, hard: bool = False) -> None:
        if self.process is not None:
            self.process.kill() if hard else self.process.terminate()
            self.process.wait(10)
            self.process = None

    def __enter__(self) -> KeeperProcess:
        self.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()
