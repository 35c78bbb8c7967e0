"""A shell on a terminal: prompts, echo, editing, ^C and ^D."""

import pytest

from .driver import pod, run

CASES = {
    # name: (what is typed, what the screen shows)
    "a command": (b"echo a\rexit\r", "/ # echo a\r\na\r\n/ # exit\r\n"),
    "the end of input": (b"echo a\r\x04", "/ # echo a\r\na\r\n/ # \r\n"),
    "backspace": (b"echo ab\x7fc\rexit\r", "/ # echo ab\b \bc\r\nac\r\n/ # exit\r\n"),
    "the whole line": (b"no\x15exit\r", "/ # no\b \b\b \bexit\r\n"),
    "a word": (b"ab cd\x17\x15exit\r", "/ # ab cd\b \b\b \b\b \b\b \b\b \bexit\r\n"),
    "^C drops the line": (b"nonsense\x03exit\r", "/ # nonsense^C\r\n/ # exit\r\n"),
    "the line before": (b"echo a\r\x1b[A\rexit\r", "/ # echo a\r\na\r\n/ # echo a\r\na\r\n/ # exit\r\n"),
    "two lines": (b"if true\rthen echo a; fi\rexit\r", "/ # if true\r\n> then echo a; fi\r\na\r\n/ # exit\r\n"),
    "a fault": (b")\rexit\r", '/ # )\r\nsh: syntax error: unexpected ")"\r\n/ # exit\r\n'),
    "the directory": (b"cd /etc\rexit\r", "/ # cd /etc\r\n/etc # exit\r\n"),
    "a program that reads": (b"cat\ra\r\x04exit\r", "/ # cat\r\na\r\na\r\n/ # exit\r\n"),
}


@pytest.mark.parametrize(("typed", "screen"), CASES.values(), ids=CASES.keys())
def test_the_screen(typed: bytes, screen: str) -> None:
    found = run("sh", tty=True, given=typed)
    assert (found.out, found.err) == (screen, "")
    assert found.code is not None


def test_key_by_key() -> None:
    typed = [bytes([byte]) for byte in b"echo hi\rexit 4\r"]
    found = run("sh", tty=True, given=typed)
    assert found.out == "/ # echo hi\r\nhi\r\n/ # exit 4\r\n"
    assert found.code == 4


def test_ctrl_c_stops_a_command_and_not_the_shell() -> None:
    found = run("sh", tty=True, given=[b"sleep 100\r", b"\x03", b"echo $?\r", b"exit\r"])
    assert found.out == "/ # sleep 100\r\n^C\r\n/ # echo $?\r\n130\r\n/ # exit\r\n"


def test_ctrl_c_ends_a_program() -> None:
    assert run("sleep", "100", tty=True, given=[b"\x03"]).code == 130


PROMPTS = {
    "busybox": (pod(), "sh", "/ # "),
    "debian's sh": (pod("debian"), "sh", "# "),
    "bash": (pod("debian"), "bash", "root@web:/# "),
    "somebody else": (pod(securityContext={"runAsUser": 1000}), "sh", "/ $ "),
}


@pytest.mark.parametrize(("body", "shell", "prompt"), PROMPTS.values(), ids=PROMPTS.keys())
def test_prompts(body: dict, shell: str, prompt: str) -> None:  # type: ignore[type-arg]
    assert run(shell, body=body, tty=True, given=b"\x04").out.startswith(prompt)


def test_columns_on_a_terminal() -> None:
    assert run("ls", "/tmp", "-d", "/etc", tty=True).out == "/tmp  /etc\r\n"
