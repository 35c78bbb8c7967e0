"""Sentences are found in every kind of source, and every translation is complete and fits its parameters."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from scripts import messages

SOURCES = {
    "python": ("a.py", "python", 'x = _("One {node}.")', ["One {node}."]),
    "python, lazily": ("a.py", "python", 'gettext_lazy("Two")', ["Two"]),
    "a template": ("a.html", "template", '<p>{% translate "It\'s three" %}</p>', ["It's three"]),
    "a block": ("a.html", "template", "{% blocktranslate trimmed %}\n a {{ b }}\n{% endblocktranslate %}", ["a %(b)s"]),
    "after a template literal": ("a.tsx", "javascript", 'const a = <b t={`x${y}`}>{gettext("Four")}</b>;', ["Four"]),
    "in a template literal": ("a.ts", "javascript", 'const a = `${b} ${fill(gettext("Five"), c)}`;', ["Five"]),
    "plural": ("a.ts", "javascript", 'ngettext("%s pod", "%s pods", n)', [("%s pod", "%s pods")]),
}
CALL = re.compile(r"""\bn?gettext\(\s*"([^"\\]*)"\s*[,)]""")
COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
PARAMETER = re.compile(r"%\(\w+\)s|%[sd]|\{\w+[^}]*\}")
CATALOGUES = sorted(messages.LOCALE.rglob("*.po"))


@pytest.mark.parametrize("name", SOURCES)
def test_sentences_are_found(tmp_path: Path, name: str) -> None:
    file, method, text, wanted = SOURCES[name]
    (tmp_path / file).write_text(text)
    assert [found[1] for found in messages.strings(tmp_path / file, method)] == wanted


@pytest.mark.parametrize("path", sorted((messages.ROOT / "static/src").rglob("*.ts*")), ids=lambda path: path.name)
def test_no_call_on_the_page_is_overlooked(path: Path) -> None:
    found = [one[1] for one in messages.strings(path, "javascript")]
    firsts = {one if isinstance(one, str) else one[0] for one in found}
    assert set(CALL.findall(COMMENT.sub("", path.read_text()))) <= firsts


@pytest.mark.parametrize("path", CATALOGUES, ids=[f"{path.parts[-3]}-{path.stem}" for path in CATALOGUES])
def test_a_catalogue_is_complete(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = list(read_po(file, locale=path.parts[-3]))
    assert [message.id for message in catalogue if message.id and not messages.translated(message.string)] == []
    for message in catalogue:
        if isinstance(message.id, str) and message.id:
            assert set(PARAMETER.findall(message.id)) == set(PARAMETER.findall(str(message.string))), message.id
