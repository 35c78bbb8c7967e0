r"""The formats of names: DNS labels and subdomains, qualified names, label values, ports, environment variables, keys.

Each function returns what is wrong with a text, as upstream words it; an empty list means that it is fine.
Follows staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go and pkg/api/validate/content, v1.34.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

Check = Callable[[str], list[str]]

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_VALUE = f"({_QUALIFIED})?"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"
_PERCENT = "[0-9]+%"
_HEADER = "[-A-Za-z0-9]+"
_LABEL_UNDERSCORE = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SUBDOMAIN_UNDERSCORE = rf"{_LABEL_UNDERSCORE}(\.{_LABEL_UNDERSCORE})*"
_WILDCARD = rf"\*\.{_SUBDOMAIN}"

MUST_BE_NON_EMPTY = "must be non-empty"
_QUALIFIED_RULE = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)


def _is_bytes_over(text: str, limit: int) -> bool:
    return len(text.encode()) > limit


def too_long(limit: int) -> str:
    return f"must be no more than {limit} bytes"


def in_range(low: int, high: int) -> str:
    return f"must be between {low} and {high}, inclusive"


def _unlike(rule: str, pattern: str, *examples: str) -> str:
    if not examples:
        return f"{rule} (regex used for validation is '{pattern}')"
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{rule} (e.g. {shown}regex used for validation is '{pattern}')"


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _is(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


def dns_label(text: str) -> list[str]:
    errors = [too_long(63)] if _is_bytes_over(text, 63) else []
    if _is(_LABEL, text):
        return errors
    if _is(_SUBDOMAIN, text):
        return [*errors, "must not contain dots"]
    rule = (
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
        "with an alphanumeric character"
    )
    return [*errors, _unlike(rule, _LABEL, "my-name", "123-abc")]


def dns_subdomain(text: str) -> list[str]:
    errors = [too_long(253)] if _is_bytes_over(text, 253) else []
    if _is(_SUBDOMAIN, text):
        return errors
    rule = (
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
        "and end with an alphanumeric character"
    )
    return [*errors, _unlike(rule, _SUBDOMAIN, "example.com")]


def search_domain(text: str) -> list[str]:
    """A domain to search for a host's name, without the dot that it may end with: underscores are allowed."""
    errors = [too_long(253)] if _is_bytes_over(text, 253) else []
    if _is(_SUBDOMAIN_UNDERSCORE, text):
        return errors
    rule = (
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must "
        "start and end with an alphanumeric character"
    )
    return [*errors, _unlike(rule, _SUBDOMAIN_UNDERSCORE, "example.com")]


def wildcard_subdomain(text: str) -> list[str]:
    errors = [too_long(253)] if _is_bytes_over(text, 253) else []
    if _is(_WILDCARD, text):
        return errors
    rule = (
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
        "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
    )
    return [*errors, _unlike(rule, _WILDCARD, "*.example.com")]


def dns_1035_label(text: str) -> list[str]:
    errors = [too_long(63)] if _is_bytes_over(text, 63) else []
    if _is(_LABEL_1035, text):
        return errors
    rule = (
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
        "character, and end with an alphanumeric character"
    )
    return [*errors, _unlike(rule, _LABEL_1035, "my-name", "abc-123")]


def path_segment(text: str) -> list[str]:
    """A name that only has to fit into an address. Follows pkg/api/validation/path/name.go."""
    if text in (".", ".."):
        return [f"may not be '{text}'"]
    return [f"may not contain '{illegal}'" for illegal in ("/", "%") if illegal in text]


@lru_cache(maxsize=4096)
def _qualified(text: str) -> tuple[str, ...]:
    unlike = _unlike(_QUALIFIED_RULE, _QUALIFIED, "MyName", "my.name", "123-abc")
    prefix, slash, name = text.rpartition("/")
    if "/" in prefix:
        return (f"a qualified name {unlike} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",)
    errors = []
    if slash and not prefix:
        errors.append(f"prefix part {MUST_BE_NON_EMPTY}")
    elif slash:
        errors += [f"prefix part {message}" for message in dns_subdomain(prefix)]
    if not name:
        errors.append(f"name part {MUST_BE_NON_EMPTY}")
    elif _is_bytes_over(name, 63):
        errors.append(f"name part {too_long(63)}")
    if not _is(_QUALIFIED, name):
        errors.append(f"name part {unlike}")
    return tuple(errors)


def qualified_name(text: str) -> list[str]:
    """`name` or `prefix/name`: the keys of labels and annotations, finalizers, resources, taints."""
    return list(_qualified(text))


@lru_cache(maxsize=4096)
def _label_value(text: str) -> tuple[str, ...]:
    errors = (too_long(63),) if _is_bytes_over(text, 63) else ()
    if _is(_LABEL_VALUE, text):
        return errors
    rule = (
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
        "and end with an alphanumeric character"
    )
    return (*errors, _unlike(rule, _LABEL_VALUE, "MyValue", "my_value", "12345"))


def label_value(text: str) -> list[str]:
    return list(_label_value(text))


def port_name(text: str) -> list[str]:
    """The name of a container's port (IANA_SVC_NAME)."""
    errors = [too_long(15)] if len(text) > 15 else []
    if not _is("[-a-z0-9]+", text):
        errors.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", text):
        errors.append("must contain at least one letter (a-z)")
    if "--" in text:
        errors.append("must not contain consecutive hyphens")
    if text.startswith("-") or text.endswith("-"):
        errors.append("must not begin or end with a hyphen")
    return errors


def port_number(figure: int) -> list[str]:
    return [] if 1 <= figure <= 65535 else [in_range(1, 65535)]


def env_name(text: str) -> list[str]:
    """An environment variable's name: since 1.34 any printable ASCII but `=`."""
    if not text:
        return [f"environment variable name {MUST_BE_NON_EMPTY}"]
    if all(" " <= letter <= "~" and letter != "=" for letter in text):
        return []
    return ["a valid environment variable name must consist only of printable ASCII characters other than '='"]


def config_key(text: str) -> list[str]:
    """A key in a ConfigMap or Secret, which becomes the name of a file."""
    errors = [too_long(253)] if len(text) > 253 else []
    if not _is(_CONFIG_KEY, text):
        rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
        errors.append(_unlike(rule, _CONFIG_KEY, "key.name", "KEY_NAME", "key-name"))
    if text == ".":
        return [*errors, "must not be '.'"]
    if text == "..":
        return [*errors, "must not be '..'"]
    if text.startswith(".."):
        errors.append("must not start with '..'")
    return errors


def percent(text: str) -> list[str]:
    if _is(_PERCENT, text):
        return []
    rule = "a valid percent string must be a numeric string followed by an ending '%'"
    return [_unlike(rule, _PERCENT, "1%", "93%")]


def header_name(text: str) -> list[str]:
    """The name of an HTTP header in a probe."""
    if _is(_HEADER, text):
        return []
    rule = "a valid HTTP header must consist of alphanumeric characters or '-'"
    return [_unlike(rule, _HEADER, "X-Header-Name")]
