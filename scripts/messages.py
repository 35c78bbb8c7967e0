"""The translations: `compile` makes .mo files of the .po files, `extract` brings the .po files up to date.

Babel does both in Python alone: gettext's own programs are on few machines, and xgettext loses strings in TSX.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LANGUAGES = ["zh_Hans"]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# domain -> (folder, ending of the files' names, Babel's extractor)
SOURCES = {
    "django": [("k8sviz", ".py", "python"), ("simulator", ".py", "python"), ("templates", ".html", "template")],
    "djangojs": [("static/src", ".ts", "javascript"), ("static/src", ".tsx", "javascript")],
}


def main() -> None:
    what = sys.argv[1] if len(sys.argv) == 2 else ""
    if what == "compile":
        compile_all()
    elif what == "extract":
        extract_all()
    else:
        sys.exit("usage: messages.py compile|extract")


def compile_all() -> None:
    for source in sorted(LOCALE.rglob("*.po")):
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parent.parent.name)
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)


def extract_all() -> None:
    """Adds what is new to the .po files, drops what is gone, and says how many sentences have no translation."""
    for language in LANGUAGES:
        for domain, sources in SOURCES.items():
            path = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
            catalog = known(path, language)
            catalog.update(found(sources), no_fuzzy_matching=True)
            catalog.obsolete.clear()
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                write_po(file, catalog, width=120, sort_output=True, include_lineno=False, omit_header=False)
            missing = [message.id for message in catalog if message.id and not translated(message.string)]
            print(f"{path.relative_to(ROOT)}: {len(catalog)} messages, {len(missing)} without a translation")


def known(path: Path, language: str) -> Catalog:
    if path.exists():
        with path.open("rb") as file:
            return read_po(file, locale=language)
    return Catalog(locale=language, project="k8sviz", fuzzy=False)


def found(sources: list[tuple[str, str, str]]) -> Catalog:
    template = Catalog()
    for folder, ending, method in sources:
        for path in sorted((ROOT / folder).rglob(f"*{ending}")):
            for line, message, comments, context in strings(path, method):
                place = (str(path.relative_to(ROOT)), line)
                template.add(message, None, [place], auto_comments=comments, context=context)
    return template


def strings(path: Path, method: str) -> Iterator[Any]:
    text = path.read_text()
    if method == "template":
        # Django's own step before xgettext: the template as calls of gettext.
        text, method = templatize(text), "python"
    options = {"jsx_quirks": str(path.suffix == ".tsx").lower(), "parse_template_string": "true"}
    return extract(method, io.BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=["Translators"], options=options)


def translated(string: Any) -> bool:
    return all(string) if isinstance(string, (list, tuple)) else bool(string)


if __name__ == "__main__":
    main()
