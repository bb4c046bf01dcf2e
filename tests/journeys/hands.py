"""A person at a page: by touch, or by the keyboard alone. What cannot be reached with Tab is not reached."""

from __future__ import annotations

from typing import Any

MOST_STEPS = 150  # of Tab on one page


class Hands:
    def __init__(self, page: Any, *, by_keys: bool) -> None:
        self.page = page
        self.by_keys = by_keys

    def go(self, path: str) -> int:
        return self.page.goto(path).status

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def _reach(self, selector: str) -> Any:
        """The first such thing on the page; by keyboard, only as far as Tab leads."""
        target = self.page.locator(selector).first
        target.wait_for(state="attached")
        if not self.by_keys:
            return target
        wanted = target.element_handle()
        for _ in range(MOST_STEPS):
            if self.page.evaluate("e => document.activeElement === e", wanted):
                return target
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {selector} on {self.page.url}")

    def press(self, selector: str) -> None:
        """A button or a link, and what it leads to."""
        target = self._reach(selector)
        with self.page.expect_navigation():
            if self.by_keys:
                self.page.keyboard.press("Enter")
            else:
                target.click()

    follow = press

    def write(self, selector: str, words: str) -> None:
        target = self._reach(selector)
        if self.by_keys:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(words)
        else:
            target.fill(words)

    def tick(self, name: str) -> None:
        target = self._reach(f"input[name={name}]")
        if self.by_keys:
            self.page.keyboard.press("Space")
        else:
            target.check()

    def choose(self, name: str, value: str) -> None:
        """One of a group of radio buttons: Tab reaches the group, arrows go through it."""
        wanted = self.page.locator(f"input[name={name}][value={value}]")
        if not self.by_keys:
            wanted.check()
            return
        group = self.page.locator(f"input[name={name}]")
        chosen = self.page.locator(f"input[name={name}]:checked")
        self._reach(f"input[name={name}]:checked" if chosen.count() else f"input[name={name}]")
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not lead to {name}={value}")

    def select(self, selector: str, value: str) -> None:
        target = self._reach(selector)
        if not self.by_keys:
            target.select_option(value)
            return
        label = target.locator(f"option[value='{value}']").inner_text()
        self.page.keyboard.type(label[:12])
        if target.input_value() != value:
            raise AssertionError(f"typing {label!r} does not choose it in {selector}")

    def because(self, form: str, reason: str) -> None:
        """Where a page asks for a reason before it shows something; nothing where it does not ask."""
        if self.page.locator(f"{form} textarea[name=because]").count():
            self.write(f"{form} textarea[name=because]", reason)
            self.press(f"{form} button.button:not([name])")
