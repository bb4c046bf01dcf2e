"""`{% load amparo_web %}`: every component a page may use. The gallery shows each one in each state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import conditional_escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from amparo.foundation.codes import show_code
from amparo.web.components import fields, icons, times

register = template.Library()

# A tag never speaks through colour alone: each kind has a shape of its own beside its words.
SHAPES = {"high": "●", "medium": "▲", "low": "✓", "new": "◆", "done": "✓", "waiting": "○", "neutral": ""}
TASK_TAGS = {
    "done": "done",
    "started": "new",
    "not_started": "waiting",
    "cannot_start": "neutral",
    "problem": "high",
}


# --- forms -------------------------------------------------------------------------------------------


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """{% field form.name %} {% field form.name heading=True %}"""
    return fields.context_for(bound, **options)


@register.inclusion_tag("parts/form_fields.html")
def form_fields(form: forms.BaseForm) -> dict[str, Any]:
    """{% form_fields form %}: all hidden and visible fields in order."""
    return {"form": form}


@register.inclusion_tag("parts/error_summary.html")
def error_summary(*some_forms: object) -> dict[str, Any]:
    """{% error_summary form %}: empty while there is nothing to say."""
    return {"errors": [error for form in some_forms for error in fields.summary_of(form)]}


@register.inclusion_tag("parts/button.html")
def button(
    text: str, *, kind: str = "primary", href: str = "", icon: str = "", **attrs: str
) -> dict[str, Any]:
    """{% button label %}, a submit button; with href= a link. kind: primary, quiet or danger."""
    attrs.setdefault("type", "submit")
    shown = {
        key.rstrip("_").replace("_", "-"): value for key, value in attrs.items() if value not in (None, False)
    }
    if href:
        shown.pop("type")
    return {"text": text, "kind": kind, "href": href, "icon": icon, "attrs": shown}


@register.inclusion_tag("parts/filter_form.html", takes_context=True)
def filter_form(context: template.Context, form: forms.BaseForm) -> dict[str, Any]:
    """A form by GET: its answers stand in the address, so a reload or the back link keeps them."""
    form.is_filter = True  # type: ignore[attr-defined]
    request = context["request"]
    used = any(request.GET.get(name) for name in form.fields)
    return {"form": form, "path": request.path, "is_used": used}


@register.simple_tag
def error_prefix(*some_forms: object) -> str:
    """{% error_prefix form %} in the title block: "Error: " where there is one."""
    return _("Error: ") if any(fields.summary_of(form) for form in some_forms) else ""


# --- words -------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> SafeString:
    return icons.icon(name)


@register.simple_tag
def code(value: Any) -> SafeString:
    """A child's code name, set apart so that text running the other way cannot reorder it."""
    return format_html('<bdi class="code" dir="ltr" translate="no">{}</bdi>', show_code(str(value)))


@register.simple_tag
def tag(kind: str, text: str) -> SafeString:
    """{% tag "high" text %}; kinds: high medium low new done waiting neutral."""
    shape = format_html('<span aria-hidden="true">{}</span> ', SHAPES[kind]) if SHAPES[kind] else ""
    return format_html('<span class="tag tag-{}">{}{}</span>', kind, shape, text)


@register.simple_tag
def user_text(text: str | None) -> SafeString:
    """What a person wrote, in its own direction, never as markup."""
    body = linebreaks(conditional_escape(text or ""), autoescape=False)
    return format_html('<div class="words" dir="auto">{}</div>', mark_safe(body))  # noqa: S308 - escaped above


@register.simple_tag(takes_context=True)
def local_time(context: template.Context, moment: datetime | None) -> SafeString | str:
    """{% local_time note.written_at %} in the viewer's zone."""
    if moment is None:
        return ""
    zone = getattr(getattr(context.get("request"), "actor", None), "time_zone", None)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), times.moment_text(moment, zone))


@register.simple_tag
def local_date(day: date | None) -> SafeString | str:
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), times.day_text(day)) if day else ""


@register.simple_tag
def entered_date(entered: Any) -> str:
    """{% entered_date birth %}: never more exact than it was given."""
    return times.entered_text(entered.value, entered.precision) if entered else _("Not known")


@register.simple_tag
def time_left(until: datetime | None) -> SafeString | str:
    """{% time_left task.due_at %}: "3 hours left", "2 days over"."""
    if until is None:
        return ""
    text = times.left_text(until)
    is_over = until < datetime.now(tz=until.tzinfo)
    return format_html(
        '<time class="{}" datetime="{}">{}</time>', "late" if is_over else "", until.isoformat(), text
    )


# --- lists and panels --------------------------------------------------------------------------------


@register.inclusion_tag("parts/pager.html", takes_context=True)
def pager(context: template.Context, page: Any) -> dict[str, Any]:
    """{% pager page %}: `page.next_key` and `page.previous_key`; the keys travel as ?after= and ?before=."""
    query = context["request"].GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    links = {}
    for name, key in (("after", page.next_key), ("before", page.previous_key)):
        if key:
            fresh = query.copy()
            fresh[name] = key
            links[name] = "?" + fresh.urlencode()
    return {"next": links.get("after"), "previous": links.get("before")}


@register.inclusion_tag("parts/summary_list.html")
def summary_list(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Rows of key, value and, where it may be changed, change_url."""
    return {"rows": list(rows)}


@register.inclusion_tag("parts/check_answers.html")
def check_answers(groups: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Groups of title and rows, before anything is sent."""
    return {"groups": list(groups)}


@register.inclusion_tag("parts/task_list.html")
def task_list(items: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Items of label, url, status (done started not_started cannot_start problem) and hint."""
    words = {
        "done": _("Completed"),
        "started": _("In progress"),
        "not_started": _("Not yet started"),
        "cannot_start": _("Cannot start yet"),
        "problem": _("There is a problem"),
    }
    return {"items": [{**i, "tag": TASK_TAGS[i["status"]], "word": words[i["status"]]} for i in items]}


@register.inclusion_tag("parts/notices.html", takes_context=True)
def notices(context: template.Context, items: Iterable[Any]) -> dict[str, Any]:
    """Items with text, url, at and is_new. No names: a notice may be read over a shoulder."""
    return {"items": list(items), "request": context.get("request")}


@register.inclusion_tag("parts/empty.html")
def empty(title: str, text: str = "", url: str = "", label: str = "") -> dict[str, str]:
    """An empty state that says what would stand here and what to do next."""
    return {"title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("parts/confirmation.html")
def confirmation(title: str, reference: str = "", text: str = "", is_part: bool = False) -> dict[str, Any]:
    """The page's heading after something was sent; is_part=True where the page already has one."""
    return {"title": title, "reference": reference, "text": text, "is_part": is_part}


@register.inclusion_tag("parts/conflict.html")
def conflict(rows: Iterable[dict[str, Any]], who: str = "", at: datetime | None = None) -> dict[str, Any]:
    """Rows of label, yours and theirs; both are shown, the person decides."""
    marked = [{**row, "is_different": row["yours"] != row["theirs"]} for row in rows]
    return {"rows": marked, "who": who, "at": at}


@register.inclusion_tag("parts/progress.html")
def progress(label: str, value: int, maximum: int) -> dict[str, Any]:
    return {"label": label, "value": value, "maximum": maximum}


@register.inclusion_tag("parts/timeline.html", takes_context=True)
def timeline(context: template.Context, entries: Iterable[Any]) -> dict[str, Any]:
    """Entries with at, title, by and text, newest first."""
    return {"entries": list(entries), "request": context.get("request")}


@register.inclusion_tag("parts/signature.html", takes_context=True)
def signature(context: template.Context, first: Any, second: Any = None) -> dict[str, Any]:
    """Two people sign: each with name, role and at; the second may still be missing."""
    return {"first": first, "second": second, "request": context.get("request")}


@register.simple_tag(takes_context=True)
def panel(context: template.Context, it: dict[str, Any]) -> SafeString:
    """{% panel panel %}: a panel of the registry, drawn by its own template with its own context."""
    engine = context.template.engine  # type: ignore[union-attr]
    drawn = engine.get_template(it["template"])
    with context.push(**it, panel=it):
        return drawn.render(context)


@register.inclusion_tag("parts/alert.html")
def alert(kind: str, text: str, title: str = "") -> dict[str, str]:
    """kind: info, success, warning, danger."""
    names = {"info": "info", "success": "check", "warning": "warning", "danger": "warning"}
    return {"kind": kind, "text": text, "title": title, "icon": names[kind]}


@register.simple_block_tag
def details(content: str, summary: str, *, care: bool = False) -> SafeString:
    """{% details summary %}…{% enddetails %}; care=True marks words that may be hard to read."""
    return format_html(
        '<details class="details{}"><summary>{}</summary><div class="details-body">{}</div></details>',
        " details-care" if care else "",
        summary,
        content,
    )
