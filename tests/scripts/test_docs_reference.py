"""The reference page: what the environment may say is found in the code, and must be told of."""

import pytest

from scripts import docs_reference

READS = {
    "a number": ('PORT = whole_number("PORT", 8000, most=65535)', {"PORT": "`8000`"}),
    "a text": ('LEVEL = os.environ.get("LEVEL", "INFO")', {"LEVEL": "`INFO`"}),
    "without a default": ('X = os.environ.get("X") or elsewhere', {"X": ""}),
    "an empty default": ('X = os.environ.get("X", "") != ""', {"X": ""}),
    "one that must be there": ('X = os.environ["X"]', {"X": ""}),
    "what is not the environment": ('X = options.get("X")', {}),
    "a name that is a variable": ("text = os.environ.get(variable)", {}),
}


@pytest.mark.parametrize(("code", "found"), READS.values(), ids=list(READS))
def test_what_the_code_reads_is_found(code: str, found: dict[str, str]) -> None:
    assert docs_reference.variables(code) == found


@pytest.mark.parametrize(
    ("told", "trouble"),
    [
        ({"PORT": "The port."}, "the variable DEBUG has no line in"),
        ({"PORT": "The port.", "DEBUG": "Shows more.", "OLD": "Gone."}, "the variable OLD is not in the code"),
    ],
)
def test_a_page_that_is_not_complete_is_not_made(told: dict[str, str], trouble: str) -> None:
    with pytest.raises(docs_reference.Undocumented, match=trouble):
        docs_reference.documented("variable", ["PORT", "DEBUG"], told)


def test_the_page_is_current() -> None:
    assert docs_reference.PAGE.read_text() == docs_reference.page()
