"""A plain HTTP browser for writers that must go on while their servers are being killed: cookies, forms, retries."""

from __future__ import annotations

import http.client
import re
import time
import urllib.parse
from http.cookies import SimpleCookie

AWAY = (OSError, http.client.HTTPException)


class Browser:
    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """(status, location, body). Raises one of AWAY when no whole answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"Host": f"localhost:{self.port}"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://localhost:{self.port}"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            for line in answer.headers.get_all("Set-Cookie") or []:
                self.cookies |= {k: m.value for k, m in SimpleCookie(line).items()}
            return answer.status, answer.headers.get("Location", ""), text
        finally:
            connection.close()

    def until(self, method: str, path: str, form: dict[str, str] | None = None, seconds: float = 90):
        """The first answer that is not a server's trouble."""
        end = time.monotonic() + seconds
        while True:
            try:
                status, location, text = self.ask(method, path, form)
                if status < 500:
                    return status, location, text
            except AWAY:
                pass
            if time.monotonic() > end:
                raise TimeoutError(f"{method} {path}: no answer in {seconds} s")
            time.sleep(0.1)

    def token(self, text: str) -> str:
        return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)[1]

    def sign_in(self, person: str) -> None:
        _, _, text = self.until("GET", "/demo/sign-in/")
        status, _, _ = self.until(
            "POST", "/demo/sign-in/", {"csrfmiddlewaretoken": self.token(text), "person": person}
        )
        if status != 302:
            raise RuntimeError(f"Sign-in answered {status}.")
