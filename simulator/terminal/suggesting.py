"""What is said of words that are no command, and how commands are used.

Follows github.com/spf13/cobra, command.go (SuggestionsFor, ld), as kubectl v1.32 vendors it.
"""

from __future__ import annotations

from simulator.terminal.command import Command

KUBECTLS = (
    *("create", "expose", "run", "set", "explain", "get", "edit", "delete", "rollout", "scale", "autoscale"),
    *("certificate", "cluster-info", "top", "cordon", "uncordon", "drain", "taint", "describe", "logs", "attach"),
    *("exec", "port-forward", "proxy", "cp", "auth", "debug", "events", "diff", "apply", "patch", "replace", "wait"),
    *("kustomize", "label", "annotate", "completion", "alpha", "api-resources", "api-versions", "config", "plugin"),
    *("version", "options"),
)
"""The commands of kubectl itself."""
_CLOSE = 2


def unknown(words: list[str]) -> str:
    """kubectl's words for a command that it has not; none of one that only the terminal has not."""
    word = words[0]
    if word in KUBECTLS:
        return ""
    told = f'error: unknown command "{word}" for "kubectl"\n'
    near = [one for one in KUBECTLS if _distance(word, one) <= _CLOSE or one.lower().startswith(word.lower())]
    if near:
        told += "\nDid you mean this?\n" + "".join(f"\t{one}\n" for one in near) + "\n"
    return told


def _distance(one: str, two: str) -> int:
    """How many letters must be changed, put in or taken out; large and small letters are the same."""
    one, two = one.lower(), two.lower()
    before = list(range(len(two) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, other in enumerate(two, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (letter != other)))
        before = now
    return before[-1]


def help_of(command: Command) -> str:
    """What a command is for and which flags it takes."""
    from simulator.terminal.flags import GLOBAL

    lines = [command.about or f"kubectl {command.name}", "", "Options:"]
    for flag in (*command.flags, *GLOBAL):
        short = f"-{flag.short}, " if flag.short else "    "
        value = "" if flag.form == "yes" else "=..."
        choices = f"  ({', '.join(flag.choices)})" if flag.choices else ""
        lines.append(f"    {short}--{flag.name}{value}{choices}")
    return "\n".join(lines)


def overview() -> str:
    from simulator.terminal.registry import COMMANDS

    return "\n".join(f"  {name:<24}{command.about}".rstrip() for name, command in sorted(COMMANDS.items()))
