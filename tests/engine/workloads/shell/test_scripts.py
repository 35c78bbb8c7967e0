"""What the shell makes of scripts: (script, stdout, stderr, exit code)."""

import pytest

from .driver import sh

WORDS = {
    "words": ("echo  a   b", "a b\n", "", 0),
    "single quotes": ("echo 'a  $x \\n'", "a  $x \\n\n", "", 0),
    "double quotes": ('x=1; echo "a  $x \\$x"', "a  1 $x\n", "", 0),
    "backslash": ("echo a\\ b \\$x", "a b $x\n", "", 0),
    "a comment": ("echo a # b", "a\n", "", 0),
    "no comment inside a word": ("echo a#b", "a#b\n", "", 0),
    "a line goes on": ("echo a \\\n b", "a b\n", "", 0),
    "an unset variable is no word": ("set -- $nothing; echo $#", "0\n", "", 0),
    "an empty string is one": ('set -- ""; echo $#', "1\n", "", 0),
    "splitting": ("x='a b  c'; set -- $x; echo $#", "3\n", "", 0),
    "no splitting in quotes": ("x='a b'; set -- \"$x\"; echo $#", "1\n", "", 0),
    "splitting by another separator": ("IFS=:; x=a::b; set -- $x; echo $# $3", "3 b\n", "", 0),
    "arguments one by one": ("set -- 'a b' c; for i in \"$@\"; do echo $i; done", "a b\nc\n", "", 0),
    "arguments as one": ('set -- a b; IFS=-; echo "$*"', "a-b\n", "", 0),
    "a tilde": ("echo ~ ~/x", "/root /root/x\n", "", 0),
    "length": ("x=abc; echo ${#x}", "3\n", "", 0),
    "default": ("echo ${x-1} ${x:-2}; x=; echo [${x-3}] [${x:-4}]", "1 2\n[] [4]\n", "", 0),
    "assigning a default": ("echo ${x:=5} $x", "5 5\n", "", 0),
    "alternative": ("x=1; echo ${x:+set} [${y:+set}]", "set []\n", "", 0),
    "missing": ("echo ${x:?not there}; echo no", "", "sh: x: not there\n", 2),
    "suffixes": ("x=a.b.c; echo ${x%.*} ${x%%.*}", "a.b a\n", "", 0),
    "prefixes": ("x=a.b.c; echo ${x#*.} ${x##*.}", "b.c c\n", "", 0),
    "replacement": ("x=banana; echo ${x/an/AN} ${x//an/AN}", "bANana bANANa\n", "", 0),
    "a part": ("x=abcdef; echo ${x:1:3} ${x:4}", "bcd ef\n", "", 0),
    "command substitution": ("echo $(echo a; echo b)", "a b\n", "", 0),
    "its newlines at the end": ('x="$(printf "a\\n\\n")"; echo "[$x]"', "[a]\n", "", 0),
    "backquotes": ("echo `echo \\`echo deep\\``", "deep\n", "", 0),
    "a status through substitution": ("x=$(exit 3); echo $?", "3\n", "", 0),
    "arithmetic": ("echo $((1 + 2 * 3)) $(((1 + 2) * 3)) $((7 / 2)) $((-7 % 3))", "7 9 3 -1\n", "", 0),
    "arithmetic with variables": ("i=5; echo $((i * 2)) $(($i - 1)) $((i++)) $i", "10 4 5 6\n", "", 0),
    "comparison and logic": ("echo $((3 > 2 && 0)) $((1 ? 10 : 20)) $((0x10)) $((1 << 4))", "0 10 16 16\n", "", 0),
    "division by zero": ("echo $((1 / 0)); echo no", "", "sh: divide by zero\n", 2),
    "files": ("cd /etc; echo host* nothing*", "hostname hosts nothing*\n", "", 0),
    "no files in quotes": ("cd /etc; echo 'host*' \"host*\"", "host* host*\n", "", 0),
    "a class": ("cd /tmp; touch a1 b2 c3; echo [ab]? [!a]*", "a1 b2 b2 c3\n", "", 0),
    "hidden files": ("cd /tmp; touch .a b; echo * .a*", "b .a\n", "", 0),
    "a here-document": ("x=1; cat <<END\na $x $((x + 1))\n  b\nEND\necho c", "a 1 2\n  b\nc\n", "", 0),
    "a quoted here-document": ("cat <<'END'\n$x\nEND", "$x\n", "", 0),
    "a here-document without tabs": ("cat <<-END\n\ta\n\tEND", "a\n", "", 0),
    "a here-string": ("cat <<< 'a b'", "a b\n", "", 0),
}
COMMANDS = {
    "and, or": ("true && echo a || echo b; false && echo c || echo d", "a\nd\n", "", 0),
    "not": ("! true; echo $?; ! false; echo $?", "1\n0\n", "", 0),
    "if": ("if false; then echo a; elif true; then echo b; else echo c; fi", "b\n", "", 0),
    "if not": ("if [ a = b ]; then echo a; fi; echo $?", "0\n", "", 0),
    "while": ("i=0; while [ $i -lt 3 ]; do echo $i; i=$((i + 1)); done", "0\n1\n2\n", "", 0),
    "until": ("i=0; until [ $i -ge 2 ]; do i=$((i + 1)); done; echo $i", "2\n", "", 0),
    "for": ("for x in a 'b c' $(echo d e); do echo $x; done", "a\nb c\nd\ne\n", "", 0),
    "break and continue": (
        "for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done",
        "1\n3\n",
        "",
        0,
    ),
    "break two": ("for i in 1 2; do for j in 1 2; do break 2; done; echo no; done; echo end", "end\n", "", 0),
    "case": (
        "for x in abc x 7; do case $x in a*|b) echo A;; [0-9]) echo N;; *) echo O;; esac; done",
        "A\nO\nN\n",
        "",
        0,
    ),
    "a group": ("{ echo a; echo b; } | wc -l", "2\n", "", 0),
    "a subshell": ("x=1; (x=2; cd /tmp); echo $x $PWD", "1 /\n", "", 0),
    "a function": ("f() { echo $1 $#; return 4; }; f a b; echo $?", "a 2\n4\n", "", 0),
    "a variable for one command": ("X=1 env | grep ^X; echo [$X]", "X=1\n[]\n", "", 0),
    "export": ("X=1; export X Y=2; sh -c 'echo $X $Y'", "1 2\n", "", 0),
    "unset": ("x=1; unset x; echo [$x]", "[]\n", "", 0),
    "exit": ("echo a; exit 7; echo b", "a\n", "", 7),
    "the last code counts": ("false", "", "", 1),
    "exit in a pipe": ("exit 3 | true; echo $?", "0\n", "", 0),
    "set -e": ("set -e; echo a; false; echo b", "a\n", "", 1),
    "set -e and conditions": ("set -e; if false; then :; fi; false || true; ! true; echo end", "end\n", "", 0),
    "set -u": ("set -u; echo $nothing; echo no", "", "sh: nothing: parameter not set\n", 2),
    "set -x": ("set -x; echo a", "a\n", "+ echo a\n", 0),
    "eval": ("x='echo $y'; y=1; eval $x", "1\n", "", 0),
    "read": ("printf 'a b c\\n' | { read x y; echo $x-$y; }", "a-b c\n", "", 0),
    "read lines": ("printf '1\\n2\\n' | while read n; do echo n$n; done", "n1\nn2\n", "", 0),
    "read at the end": ("read x </dev/null; echo $?", "1\n", "", 0),
    "shift": ("set -- a b c; shift; echo $1 $#", "b 2\n", "", 0),
    "the background": ("echo a & wait; echo b", "a\nb\n", "", 0),
    "trap": ("trap 'echo bye' EXIT TERM; echo a", "a\n", "", 0),
    "type and command": (
        "type cd; command -v ls; command -v nothing; echo $?",
        "cd is a shell builtin\n/bin/ls\n127\n",
        "",
        0,
    ),
    "source": ("echo 'x=5' > /tmp/s; . /tmp/s; echo $x", "5\n", "", 0),
    "a script": ("echo 'echo $0 $1' > /tmp/s.sh; sh /tmp/s.sh a", "/tmp/s.sh a\n", "", 0),
    "a script that can be run": (
        "printf '#!/bin/sh\\necho ran $1\\n' > /tmp/s; chmod +x /tmp/s; /tmp/s x",
        "ran x\n",
        "",
        0,
    ),
    "a script that cannot": ("echo x > /tmp/s; /tmp/s", "", "sh: /tmp/s: Permission denied\n", 126),
    "no such program": ("nothing --at all; echo $?", "127\n", "sh: nothing: not found\n", 0),
    "no such path": ("/bin/nothing; echo $?", "127\n", "sh: /bin/nothing: No such file or directory\n", 0),
    "cd": ("cd /etc; pwd; cd ..; pwd; cd -; cd; pwd", "/etc\n/\n/etc\n/root\n", "", 0),
    "cd nowhere": ("cd /nothing", "", "sh: cd: can't cd to /nothing: No such file or directory\n", 1),
}
STREAMS = {
    "to a file and back": ("echo a > /tmp/f; echo b >> /tmp/f; cat < /tmp/f", "a\nb\n", "", 0),
    "the errors too": ("ls /nothing > /tmp/f 2>&1; cat /tmp/f", "ls: /nothing: No such file or directory\n", "", 0),
    "errors elsewhere": ("ls /nothing 2>/dev/null; echo $?", "1\n", "", 0),
    "in the order that is written": ("ls /nothing 2>&1 >/dev/null | wc -l", "1\n", "", 0),
    "to the errors": ("echo a >&2", "", "a\n", 0),
    "both": ("ls /nothing /etc/hosts &> /tmp/f; wc -l < /tmp/f", "2\n", "", 0),
    "of a loop": ("for i in 1 2; do echo $i; done > /tmp/f; cat /tmp/f", "1\n2\n", "", 0),
    "a pipe of three": ("echo b a c | tr ' ' '\\n' | sort | head -1", "a\n", "", 0),
    "the first of many": ("yes | head -2", "y\ny\n", "", 0),
    "into a folder that is not there": ("echo a > /no/f", "", "sh: can't create /no/f: nonexistent directory\n", 1),
    "from a file that is not there": ("cat < /no", "", "sh: can't open /no: no such file\n", 1),
    "onto a directory": ("echo a > /tmp", "", "sh: can't create /tmp: Is a directory\n", 1),
    "a full device": ("echo a > /dev/full", "", "sh: write error: No space left on device\n", 1),
    "nothing but a redirection": ("> /tmp/f; ls /tmp", "f\n", "", 0),
}  # fmt: skip
FAULTS = {
    "an open quote": ("echo 'a", "", "sh: syntax error: unterminated quoted string\n", 2),
    "an open loop": ("while true; do echo a", "", "sh: syntax error: unexpected end of file\n", 2),
    "done without do": ("done", "", 'sh: syntax error: unexpected "done"\n', 2),
    "an open bracket": ("echo a)", "", 'sh: syntax error: unexpected ")"\n', 2),
    "two semicolons": ("echo a;; echo b", "", 'sh: syntax error: unexpected ";;"\n', 2),
    "too deep": ("f() { f; }; f; echo end", "", "sh: out of memory\n", 2),
    "a text without end": ("x=a; while true; do x=$x$x; done", "", "sh: out of memory\n", 2),
}
CASES = {**WORDS, **COMMANDS, **STREAMS, **FAULTS}


@pytest.mark.parametrize(("script", "out", "err", "code"), CASES.values(), ids=CASES.keys())
def test_scripts(script: str, out: str, err: str, code: int) -> None:
    found = sh(script)
    assert (found.out, found.err, found.code) == (out, err, code)


def test_commands_from_the_input() -> None:
    from .driver import run

    found = run("sh", given=b"echo a\nread x\nhello\necho $x\nif true\nthen echo b\nfi\nexit 3\necho no\n")
    assert (found.out, found.err, found.code) == ("a\nhello\nb\n", "", 3)


def test_sleep_takes_virtual_time() -> None:
    found = sh("date +%s; sleep 90; date +%s")
    first, second = map(int, found.out.split())
    assert second - first == 90
    assert found.slept == 90_000_000


def test_an_endless_loop_lets_others_have_a_turn() -> None:
    found = sh("while :; do :; done", most=50)
    assert found.code is None
    assert found.slept > 1_000_000


def test_an_endless_loop_that_writes_nowhere() -> None:
    assert sh("yes > /dev/null", most=50).code is None
    assert sh("cat /dev/zero | wc -c", most=50).code is None
