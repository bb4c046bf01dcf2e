"""The six languages and how far each one is. Plain data: the settings read it before Django is up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    code: str
    name: str  # in the language itself: that is how its readers find it
    state: str  # "source", "reviewed", "unreviewed" or "none"
    is_rtl: bool = False
    # Said in the reader's own language when the page is not in it yet, or not yet checked by a person.
    note: str = ""
    # The same for safety pages, which are shown in English until a native reviewer has read them.
    safety_note: str = ""


ALL = (
    Language("en", "English", "source"),
    Language(
        "ar",
        "العربية",
        "unreviewed",
        is_rtl=True,
        note="لم يراجع هذه الترجمة بعدُ مختصّ بحماية الطفل يتكلّم العربية. عند الشك اتصل بالهاتف.",
        safety_note="لم يراجع مختصّ ترجمة نصائح السلامة بعدُ، لذلك تظهر هنا بالإنجليزية. "
        "أرقام الهاتف صالحة لك أيضًا.",
    ),
    Language(
        "fr", "Français", "none", note="Cette page n’est pas encore traduite. Elle est affichée en anglais."
    ),
    Language("es", "Español", "none", note="Esta página todavía no está traducida. Se muestra en inglés."),
    Language(
        "ru", "Русский", "none", note="Эта страница ещё не переведена. Она показана на английском языке."
    ),
    Language("zh-hans", "简体中文", "none", note="此页面尚未翻译，现以英文显示。"),
)
BY_CODE = {language.code: language for language in ALL}
LANGUAGES = [(language.code, language.name) for language in ALL]  # for settings.LANGUAGES


def shown_in(code: str | None) -> Language:
    """The language the words on the page are really in (English where nothing is translated yet)."""
    wanted = BY_CODE.get((code or "en").lower(), ALL[0])
    return ALL[0] if wanted.state == "none" else wanted


def bcp47(code: str) -> str:
    return {"zh-hans": "zh-Hans"}.get(code, code)


def safety_language(code: str) -> Language:
    """The language the safety words are shown in.

    A wrong word here can hurt a child, so outside a demo only words that a native child-protection reviewer
    has read are shown; until then English stands beside the pictures and the telephone numbers.
    """
    from django.conf import settings

    language = BY_CODE[code]
    if language.state in {"source", "reviewed"} or (language.state == "unreviewed" and settings.AMPARO_DEMO):
        return language
    return BY_CODE["en"]
