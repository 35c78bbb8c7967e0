# ruff: noqa: E501 - the table has a line for each case
"""The machine's own kubectl and the CronTab of Kubernetes' documentation ("Extend the Kubernetes API with
CustomResourceDefinitions"), command by command."""

from __future__ import annotations

from pathlib import Path

from tests.kubectl.steps import Step, run
from tests.servers import Kubectl

CRONTAB = (Path(__file__).parents[1] / "crontab.yaml").read_text()
MINE = """\
apiVersion: "stable.example.com/v1"
kind: CronTab
metadata:
  name: my-new-cron-object
spec:
  cronSpec: "* * * * */5"
  image: my-awesome-cron-image
  replicas: 3
"""
STEPS = [
    Step("apply -f -", r"^customresourcedefinition\.apiextensions\.k8s\.io/crontabs\.stable\.example\.com created$", 0, CRONTAB),
    Step("wait --for condition=established --timeout=60s crd/crontabs.stable.example.com", r"condition met$"),
    Step("get crd crontabs.stable.example.com", r"^NAME +CREATED AT\ncrontabs\.stable\.example\.com +20"),
    Step("api-resources --api-group=stable.example.com", r"^crontabs +ct +stable\.example\.com/v1 +true +CronTab$"),
    Step("apply -f -", r"^crontab\.stable\.example\.com/my-new-cron-object created$", 0, MINE),
    Step("apply -f -", r"^crontab\.stable\.example\.com/my-new-cron-object unchanged$", 0, MINE),
    Step("get crontab", r"^NAME +SPEC +REPLICAS +AGE\nmy-new-cron-object +\* \* \* \* \*/5 +3 +\w+$"),
    Step("get ct -o yaml", r'^ +cronSpec: \'?"?\* \* \* \* \*/5'),
    Step("get all", r"^crontab\.stable\.example\.com/my-new-cron-object "),
    Step("explain crontab.spec.replicas", r"replicas <integer>"),
    Step("explain ct", r"^KIND: +CronTab$"),
    Step("scale --replicas=5 crontabs/my-new-cron-object", r"^crontab\.stable\.example\.com/my-new-cron-object scaled$"),
    Step("get crontabs my-new-cron-object -o jsonpath={.spec.replicas}", r"^5$"),
    Step("apply -f -", r"spec\.replicas: Invalid value: 15: spec\.replicas in body should be less than or equal to 10", 1, MINE.replace("replicas: 3", "replicas: 15")),
    Step("create -f -", r'strict decoding error: unknown field "spec\.foo"', 1, MINE.replace("image", "foo").replace("my-new-cron-object", "two")),
    Step('patch ct my-new-cron-object --type=merge -p {"spec":{"image":"other"}}', r"patched$"),
    Step('patch ct my-new-cron-object -p {"spec":{"image":"other"}}', r"strategic-merge-patch\+json is not supported by stable\.example\.com/v1, Kind=CronTab: .* accepted media types include: application/json-patch\+json, application/merge-patch\+json", 1),
    Step("label ct my-new-cron-object a=b", r"labeled$"),
    Step("describe ct my-new-cron-object", r"^  Cron Spec: +\* \* \* \* \*/5$"),
    Step("diff -f -", r"^\+  image: my-awesome-cron-image$", 1, MINE),
    Step("get ct --field-selector spec.image=x", r"field label not supported: spec\.image", 1),
    Step("delete crd crontabs.stable.example.com --timeout=60s", r'^customresourcedefinition\.apiextensions\.k8s\.io "crontabs\.stable\.example\.com" deleted'),
    Step("get crontabs", r"Unable to list .*: the server could not find the requested resource", 1),
]  # fmt: skip


def test_the_documentations_example(kubectl: Kubectl) -> None:
    run(kubectl, STEPS)
