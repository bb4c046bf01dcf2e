"""One renderer for every form: label or legend, hint, error, and the same words in the summary."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def kind_of(bound: BoundField) -> str:
    """Which markup a field gets."""
    widget = bound.field.widget
    if getattr(widget, "is_date_parts", False):
        return "date"
    if isinstance(widget, CHOICES):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    if isinstance(widget, forms.ClearableFileInput | forms.FileInput):
        return "file"
    return "box"


def described_by(bound: BoundField) -> str:
    """Ids of hint, counter and error, in the order they are read out."""
    parts = []
    if bound.help_text:
        parts.append(f"{bound.auto_id}_hint")
    if bound.field.widget.attrs.get("data-count"):
        parts.append(f"{bound.auto_id}_count")
    if bound.errors:
        parts.append(f"{bound.auto_id}_error")
    return " ".join(parts)


def first_control(bound: BoundField) -> str:
    """The id the error summary links to: the first thing in the field that can be typed in or chosen."""
    kind = kind_of(bound)
    if kind == "date":
        return f"{bound.auto_id}_day"
    if kind == "choices":
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id


def context_for(bound: BoundField, **options: Any) -> dict[str, Any]:
    """What parts/field.html needs.

    Options: heading (the label is the page's h1), label and hint (instead of the form's own, for forms of
    libraries), plain (no hint), unmarked (no "optional").
    """
    kind = kind_of(bound)
    if "label" in options:
        bound.label = options["label"]
    if "hint" in options or options.get("plain"):
        bound.help_text = options.get("hint", "")
    widget = bound.field.widget
    # A placeholder vanishes when it is needed most: labels and hints say it instead.
    attrs: dict[str, Any] = {"placeholder": False}
    if kind in {"box", "file"}:
        attrs["class"] = "box box-" + kind
    if described := described_by(bound):
        attrs["aria-describedby"] = described
    if widget.attrs.get("size") and "class" in attrs:
        attrs["class"] += " box-short"
    may_be_empty = not bound.field.required and kind != "tick" and not getattr(bound.form, "is_filter", False)
    return {
        "field": bound,
        "kind": kind,
        "control": bound.as_widget(attrs=attrs) if kind in {"box", "file", "tick"} else "",
        "described": described,
        "is_optional": may_be_empty and not options.get("unmarked"),
        "count_max": widget.attrs.get("data-count"),
        "parts": _date_parts(bound) if kind == "date" else (),
        "options": options,
    }


def _date_parts(bound: BoundField) -> list[dict[str, Any]]:
    widget = bound.field.widget
    shown = widget.get_context(bound.html_name, bound.value(), {"id": bound.auto_id})["widget"]["subwidgets"]
    return [
        {
            "name": part["name"],
            "value": "" if part["value"] is None else part["value"],
            "id": f"{bound.auto_id}_{key}",
            "key": key,
            "is_checked": part["attrs"].get("checked", False),
        }
        for key, part in zip(("day", "month", "year", "about"), shown, strict=True)
        if key != "about" or not getattr(bound.field, "exact", False)  # an exact day has no "about"
    ]


def summary_of(form: object) -> list[dict[str, str]]:
    """Every error once, in the order of the page, each with the field it belongs to."""
    # A page without a form hands over an empty string: that is how templates say "nothing".
    if not isinstance(form, forms.BaseForm) or not form.is_bound or not form.errors:
        return []
    found = [{"text": str(text), "target": ""} for text in form.non_field_errors()]
    for name in form.fields:
        bound = form[name]
        target = "" if bound.is_hidden else first_control(bound)
        found += [{"text": str(text), "target": target} for text in bound.errors]
    return found
