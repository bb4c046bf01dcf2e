"""A door as its users meet it: gunicorn in a process of its own, on the test database."""

from __future__ import annotations

import datetime as dt
import os
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.runtime.live import free_ports

SRC = Path(__file__).resolve().parents[2] / "src"


@contextmanager
def door(database: Any, name: str, folder: Path, *, demo: bool = True) -> Iterator[str]:
    """Outside the demo every cookie asks for TLS, so the door then answers with a certificate of its own."""
    port, options = free_ports(), []
    if not demo:
        certificate, key = self_signed(folder)
        options = ["--certfile", str(certificate), "--keyfile", str(key)]
    static = folder / "static"
    static.mkdir(exist_ok=True)
    env = os.environ | {
        "AMPARO_DOOR": name, "AMPARO_DATABASE_URL": database.url(name), "AMPARO_DEMO": "1" if demo else "0",
        "AMPARO_ALLOWED_HOSTS": "localhost", "AMPARO_STATIC_ROOT": str(static), "PYTHONPATH": str(SRC),
    }  # fmt: skip
    log = (folder / f"{name}.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", f"amparo.config.doors.{name}.wsgi:application", "--threads", "6",
         "--bind", f"127.0.0.1:{port}", "--worker-tmp-dir", str(folder), *options],
        env=env, stdout=log, stderr=log,
    )  # fmt: skip
    address = f"{'http' if demo else 'https'}://localhost:{port}"
    try:
        _wait(f"{address}/health", process, folder / f"{name}.log")
        yield address
    finally:
        process.terminate()
        process.wait(15)
        log.close()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    trusting = ssl._create_unverified_context()
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, context=trusting, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The door did not open: {log.read_text(errors='replace')[-2000:]}")


def self_signed(folder: Path) -> tuple[Path, Path]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, private = folder / "door.pem", folder / "door.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                          serialization.NoEncryption()))  # fmt: skip
    return certificate, private
