"""How a room below shows what a room above knows: panels, sections, gates and navigation, filled at start-up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .actors import Actor
from .errors import Refused


@dataclass(frozen=True)
class Panel:
    """A part of a page. `query(viewer, **where)` gives its context, or None to leave it out."""

    page: str
    order: int
    permission: str
    template: str
    query: Callable[..., dict[str, Any] | None]


class Panels:
    def __init__(self) -> None:
        self._of: dict[str, list[Panel]] = defaultdict(list)

    def add(self, panel: Panel) -> None:
        if all(p.template != panel.template for p in self._of[panel.page]):
            self._of[panel.page] = sorted([*self._of[panel.page], panel], key=lambda p: p.order)

    def shown(self, page: str, viewer: Actor, **where: Any) -> list[dict[str, Any]]:
        """The panels of a page that this viewer may see, each as its context with `template` in it."""
        found = [(p, p.query(viewer, **where)) for p in self._of[page] if viewer.has(p.permission)]
        return [{**context, "template": p.template} for p, context in found if context is not None]


@dataclass(frozen=True)
class Section:
    """A shareable part of a file. `label` is lazy; `purpose` names the data key it is sealed under."""

    name: str
    label: Any
    purpose: str = "content"


class Sections(dict[str, Section]):
    def add(self, section: Section) -> None:
        self[section.name] = section


@dataclass(frozen=True)
class Link:
    label: Any
    url_name: str
    permission: str
    order: int


class Navigation:
    def __init__(self) -> None:
        self._links: list[Link] = []

    def add(self, link: Link) -> None:
        if link not in self._links:
            self._links = sorted([*self._links, link], key=lambda x: x.order)

    def shown(self, viewer: Actor) -> list[Link]:
        return [x for x in self._links if viewer.has(x.permission)]


class Gates:
    """Synchronous vetoes of a named act, in its transaction: a gate raises Refused."""

    def __init__(self) -> None:
        self._of: dict[str, list[Callable[..., None]]] = defaultdict(list)

    def add(self, act: str, gate: Callable[..., None]) -> None:
        if gate not in self._of[act]:
            self._of[act].append(gate)

    def pass_through(self, act: str, **facts: Any) -> None:
        """Raises whatever a gate raises; a gate that returns anything but None is refused as a mistake."""
        for gate in self._of[act]:
            if gate(**facts) is not None:
                raise Refused("gate")


@dataclass(frozen=True)
class DraftForm:
    """A form that keeps drafts, and the page that goes on with one. `about_child`: its address takes the
    file's id.
    """

    label: Any
    url_name: str
    about_child: bool = True


#: By name; each room names its forms at start-up, and the desk keeps their drafts.
draft_forms: dict[str, DraftForm] = {}
#: What rooms above `access` add to the description of the interface for partners' systems (OpenAPI 3.1).
partner_paths: dict[str, Any] = {}
partner_schemas: dict[str, Any] = {}
#: What a refusal's code means, in (lazy) words; each room adds its own.
refusals: dict[str, Any] = {}
panels = Panels()
sections = Sections()
navigation = Navigation()
gates = Gates()
