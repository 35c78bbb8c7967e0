"""The form and the YAML of what is carried are one object, and what the API server says stands at its line."""

import pytest

from tests.browser.building import appears, builder
from tests.browser.conftest import Dashboard

__all__ = ["builder"]

TYPED = """\
# my own deployment
apiVersion: apps/v1
kind: Deployment
metadata:
  name: typed
spec:
  replicas: 2 # two are enough
  selector: {matchLabels: {app: typed}}
  template:
    metadata: {labels: {app: typed}}
    spec:
      hostNetwork: false
      containers:
        - name: main
          image: nginx
"""


def _type(dashboard: Dashboard, kind: str, text: str) -> None:
    page = dashboard.page
    page.get_by_label(f"The {kind} as YAML").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def _text(dashboard: Dashboard) -> str:
    lines: list[str] = dashboard.page.locator(".cm-line").all_inner_texts()
    return "\n".join(lines)


def test_it_works_side_by_side(builder: Dashboard) -> None:
    page = builder.open().page
    page.get_by_role("button", name="Deployment", exact=True).click()
    page.get_by_role("tab", name="Side by side").click()
    page.locator(".cm-line", has_text="replicas: 3").wait_for()
    page.get_by_label("Replicas").fill("4")
    page.locator(".cm-line", has_text="replicas: 4").wait_for()
    _type(builder, "Deployment", TYPED)
    builder.until("document.getElementById('field-spec.replicas').value === '2'")
    page.get_by_label("Replicas").fill("5")
    page.locator(".cm-line", has_text="replicas: 5 # two are enough").wait_for()
    assert _text(builder).startswith("# my own deployment\n") and "hostNetwork: false" in _text(builder)
    page.get_by_role("button", name="Create it").click()
    made = appears(builder, "apis/apps/v1/namespaces/default/deployments", "typed")
    assert made["spec"]["replicas"] == 5
    # Chromium itself would style what replaces a whole text; our policy forbids it, and the text is right all the same.
    assert [one for one in builder.complaints if "Applying inline style" not in one] == []


WRONG = [
    pytest.param("replicas: 2", "replicas: -2", 7, "greater than or equal to 0", id="a value"),
    pytest.param("replicas: 2", "replicaz: 2", 7, "unknown field", id="a field that is none"),
    pytest.param("image: nginx", "image: ''", 15, "Required value", id="a value that is missing"),
    pytest.param("replicas: 2", "replicas: two", 7, "cannot unmarshal string", id="another type"),
    pytest.param("app: typed}}\n    spec", "app: other}}\n    spec", 10, "does not match", id="two together"),
    pytest.param(
        "image: nginx", "image: nginx\n          resources: {limits: {cpu: much}}", 16, "quantities", id="a quantity"
    ),
    pytest.param("kind: Deployment", "kind: Deployment: x", 3, "Nested mappings", id="no YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "by", "line", "said"), WRONG)
def test_what_is_wrong_stands_at_its_line(builder: Dashboard, part: str, by: str, line: int, said: str) -> None:
    page = builder.open().page
    page.get_by_role("button", name="Deployment", exact=True).click()
    page.get_by_role("tab", name="YAML").click()
    assert part in TYPED
    _type(builder, "Deployment", TYPED.replace(part, by, 1))
    page.locator(".cm-remark", has_text=said).first.wait_for()
    flags = page.locator(".cm-flagged").all_inner_texts()
    assert str(line) in flags


def test_what_the_api_server_warns_of_is_shown(builder: Dashboard) -> None:
    page = builder.open().page
    page.keyboard.press("p")
    page.get_by_role("tab", name="YAML").click()
    definition = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\n"
        "spec: {group: example.com, scope: Cluster, names: {plural: things, kind: Thing}, versions: [{name: v1, "
        "served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: {type: string, "
        "format: odd}}}}}]}\n"
    )
    _type(builder, "Pod", definition)
    page.get_by_role("status").filter(has_text='unrecognized format "odd"').wait_for()


def test_another_kind_is_typed(builder: Dashboard) -> None:
    page = builder.open().page
    page.keyboard.press("p")
    page.get_by_role("tab", name="YAML").click()
    _type(builder, "Pod", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {a: b}\n")
    page.get_by_role("tab", name="Form").click()
    assert page.get_by_label("Data").input_value() == "a=b"
    page.get_by_role("button", name="Create it").click()
    appears(builder, "api/v1/namespaces/default/configmaps", "other")


def test_texts_of_several_lines_outlive_the_form(builder: Dashboard) -> None:
    page = builder.open().page
    page.get_by_role("button", name="ConfigMap", exact=True).click()
    page.get_by_role("tab", name="YAML").click()
    _type(
        builder,
        "ConfigMap",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: long}\ndata:\n  a: b\n  file: |\n    one\n    two\n",
    )
    page.get_by_role("tab", name="Form").click()
    page.get_by_label("Data").fill("a=c\nd=e=f")
    page.get_by_role("button", name="Create it").click()
    made = appears(builder, "api/v1/namespaces/default/configmaps", "long")
    assert made["data"] == {"a": "c", "d": "e=f", "file": "one\ntwo\n"}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        pytest.param("sleep 10", ["sleep", "10"], id="words"),
        pytest.param("""sh -c "echo 'a b'; sleep 5" """, ["sh", "-c", "echo 'a b'; sleep 5"], id="quotes"),
        pytest.param("printf '%s\\n' x", ["printf", "%s\\n", "x"], id="single quotes keep all"),
    ],
)
def test_the_words_of_a_command(builder: Dashboard, written: str, words: list[str]) -> None:
    page = builder.open().page
    page.keyboard.press("p")
    builder.name("wordy")
    page.get_by_label("Command").fill(written)
    page.get_by_role("button", name="Let the scheduler choose").click()
    assert appears(builder, "api/v1/namespaces/default/pods", "wordy")["spec"]["containers"][0]["command"] == words
