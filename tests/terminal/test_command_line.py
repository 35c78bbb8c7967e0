"""What was typed, as the terminal reads it: words, quotes, here-documents, and what it refuses."""

from __future__ import annotations

import pytest

from simulator.terminal.command_line import Incomplete, NotUnderstood, first

WORDS = {
    "plain": ("kubectl get pods", ["kubectl", "get", "pods"]),
    "single quotes keep everything": (r"""get -o jsonpath='{.a}{"\n"}'""", ["get", "-o", r'jsonpath={.a}{"\n"}']),
    "double quotes": ('label x a="b c"', ["label", "x", "a=b c"]),
    "double quotes escape": (r'echo "a\"b\\c"', ["echo", 'a"b\\c']),
    "a backslash": (r"echo a\ b", ["echo", "a b"]),
    "an empty word": ("patch x -p ''", ["patch", "x", "-p", ""]),
    "a line that goes on": ("get \\\n pods", ["get", "pods"]),
    "a comment": ("get pods # all of them", ["get", "pods"]),
    "only a comment": ("# nothing", []),
    "a dollar is itself": ("get $HOME", ["get", "$HOME"]),
    "any script": ("label x 名=值", ["label", "x", "名=值"]),
}


@pytest.mark.parametrize("case", WORDS)
def test_words(case: str) -> None:
    text, words = WORDS[case]
    assert first(text).words == words


def test_commands_one_after_the_other() -> None:
    typed = first("get pods; get nodes\nget ns")
    assert (typed.words, typed.rest) == (["get", "pods"], " get nodes\nget ns")
    assert first("get pods && get nodes").then == "&&"
    assert first("get pods\n\n").rest.strip() == ""


DOCUMENTS = {
    "kubectl reads it": ("apply -f - <<EOF\na: b\nEOF\n", "a: b\n"),
    "without a last line break": ("apply -f - <<EOF\na: b\nEOF", "a: b\n"),
    "quoted": ("apply -f - <<'EOF'\n$a\nEOF", "$a\n"),
    "indented by tabs": ("apply -f - <<-END\n\ta: b\n\tEND", "a: b\n"),
    "through cat": ("cat <<EOF | kubectl apply -f -\na: b\nEOF", "a: b\n"),
    "through echo": ("echo 'a: b' | kubectl apply -f -", "a: b\n"),
    "empty": ("apply -f - <<EOF\nEOF", ""),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_what_a_command_reads(case: str) -> None:
    text, stdin = DOCUMENTS[case]
    typed = first(text)
    assert (typed.stdin, typed.words[-2:], typed.rest) == (stdin, ["-f", "-"], "")


def test_what_follows_a_document_is_the_next_command() -> None:
    assert first("apply -f - <<EOF\na: b\nEOF\nget pods").rest == "get pods"


@pytest.mark.parametrize(
    "text", ["echo 'a", 'echo "a', "apply -f - <<EOF", "apply -f - <<EOF\na: b\n", "get \\", "cat <<EOF |"]
)
def test_more_is_to_come(text: str) -> None:
    with pytest.raises(Incomplete):
        first(text)


REFUSED = [
    "get pods | grep x",
    "get pods > file",
    "apply < file",
    "get $(date)",
    "get `date`",
    "sleep 1 &",
    "apply <<<x",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_only_a_shell_can_do(text: str) -> None:
    with pytest.raises(NotUnderstood):
        first(text)
