"""One command line, run by the machine's own kubectl and by the page's terminal, and how their answers compare."""

from __future__ import annotations

import difflib
import http.cookiejar
import json
import re
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.servers import Kubectl, Stack

_AGE = re.compile(r"(?<![\w.-])(?:(?:\d+[ydhms]){1,2}|<invalid>)(?![\w.-])")
_PATIENCE = 60.0


class Answer(NamedTuple):
    out: str
    err: str
    code: int

    def in_order(self) -> Answer:
        """The same with its lines sorted."""
        return self._replace(out="\n".join(sorted(self.out.split("\n"))))


class Terminal:
    """The page's terminal, through its door."""

    def __init__(self, stack: Stack, namespace: str) -> None:
        self.url, self.namespace = f"{stack.url}/c/demo", namespace
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())).open
        page = self._open(f"{self.url}/").read().decode()
        found = re.search(r'<script id="k8sviz-config"[^>]*>(.*?)</script>', page, re.DOTALL)
        assert found, "the page has no configuration"
        self._csrf = json.loads(found[1])["csrf"]

    def ask(self, door: str, body: Any) -> Any:
        headers = {"Content-Type": "application/json", "X-CSRFToken": self._csrf}
        request = urllib.request.Request(f"{self.url}/{door}", json.dumps(body).encode(), headers)
        with self._open(request) as answer:
            return json.loads(answer.read())

    def run(self, line: str) -> Answer:
        """Runs a line to its end, as the page does: it is asked again as long as it goes on."""
        out, err, state, until = "", "", None, time.monotonic() + _PATIENCE
        while True:
            told = self.ask("terminal", {"text": line, "namespace": self.namespace, "state": state})
            out, err, state = out + told["out"], err + told["err"], told["state"]
            if state is None:
                assert not told["rest"].strip(), told["rest"]
                return Answer(out, err, told["code"])
            assert time.monotonic() < until, f"{line} did not end:\n{out}{err}"
            time.sleep(0.1)


class RealKubectl:
    """The machine's kubectl in a shell, in a namespace of its own."""

    def __init__(self, kubectl: Kubectl, stack: Stack, folder: Path, namespace: str) -> None:
        held = yaml.safe_load(stack.kubeconfig.read_text())
        held["contexts"][0]["context"]["namespace"] = namespace
        own = folder / f"kubeconfig-{namespace}"
        own.write_text(json.dumps(held))
        self._env = {**kubectl.env, "KUBECONFIG": str(own)}

    def run(self, line: str) -> Answer:
        done = subprocess.run(
            ["bash", "-c", line], env=self._env, capture_output=True, text=True, timeout=90, stdin=subprocess.DEVNULL
        )
        return Answer(done.stdout, as_upstream(done.stderr), done.returncode)


class Two(NamedTuple):
    real: RealKubectl
    ours: Terminal


def as_upstream(err: str) -> str:
    """Without what client-go logs. Google's build writes `Error:` of what the command line lacks; upstream `error:`."""
    err = re.sub(r"^E\d{4} .*\n", "", err, flags=re.MULTILINE)
    return re.sub(r"\AError: (?=unknown|invalid|flag needs|bad flag)", "error: ", err)


def masked(text: str) -> str:
    """The text without ages; where they make columns wide or narrow, blanks count once."""
    head, mark, events = text.partition("\nEvents:")
    masks = [_AGE.sub("AGE", part) for part in (head, events)]
    return masks[0] + mark + re.sub(r" +", " ", masks[1])


def widths(text: str) -> list[int]:
    """How long each age is, in letters."""
    return [len(age) for age in _AGE.findall(text)]


def difference(line: str, real: Answer, ours: Answer, *, loose: bool = False) -> str:
    """What differs, told; empty for nothing. loose: all blanks count once, for a table with ages in it.

    Where 9s has become 10s between the two, its column is wider: then blanks count once too.
    """
    told = []
    if real.code != ours.code:
        told.append(f"exit {real.code}, ours {ours.code}")
    for name, one, two in (("stdout", real.out, ours.out), ("stderr", real.err, ours.err)):
        left, right = masked(one), masked(two)
        if loose or widths(one) != widths(two):
            left, right = re.sub(r" +", " ", left), re.sub(r" +", " ", right)
        if left != right:
            both = left.split("\n"), right.split("\n")
            told += list(difflib.unified_diff(*both, f"{name} of kubectl", "ours", n=2, lineterm=""))[:40]
    return "\n".join([f"$ {line}", *told]) if told else ""
