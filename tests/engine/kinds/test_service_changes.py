"""Services: what they keep for life, and what a load balancer may say of itself."""

from __future__ import annotations

import pytest

from simulator.engine.registry import KINDS, Body

from .builders import service, texts
from .test_service import stored

KIND = KINDS["services"]


@pytest.mark.parametrize(
    ("held", "given", "said"),
    [
        ({}, {"clusterIP": "None", "clusterIPs": ["None"]}, [
            'spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set'
        ]),
        ({"type": "LoadBalancer", "loadBalancerClass": "a/b"}, {"loadBalancerClass": "a/c"}, [
            'spec.loadBalancerClass: Invalid value: "a/c": may not change once set'
        ]),
        ({"type": "LoadBalancer", "externalTrafficPolicy": "Local"}, {"healthCheckNodePort": 31000}, [
            "spec.healthCheckNodePort: Forbidden: field is immutable"
        ]),
        ({"clusterIP": "None"}, {"ipFamilies": ["IPv6"]}, []),
        ({}, {"ipFamilies": ["IPv6"]}, ['spec.ipFamilies[0]: Invalid value: ["IPv6"]: may not change once set']),
        ({}, {"type": "ExternalName", "externalName": "a.b", "clusterIP": "", "clusterIPs": []}, []),
    ],
)  # fmt: skip
def test_what_a_service_keeps(held: Body, given: Body, said: list[str]) -> None:
    old = stored(service(**held))
    new = {**old, "spec": {**old["spec"], **given}}
    heard = texts(KIND.validate_update(new, old))
    assert [one[: len(wanted)] for one, wanted in zip(heard, said, strict=True)] == said


def test_what_a_load_balancer_says() -> None:
    part, old = KIND.parts["status"], stored(service(type="LoadBalancer"))

    def said(service_: Body, *ingress: Body) -> list[str]:
        taken = part.take({**service_, "status": {"loadBalancer": {"ingress": list(ingress)}}}, service_)
        return texts(part.validate(taken, service_))

    assert said(old, {"ip": "1.2.3.4"}, {"hostname": "a.b"}) == []
    assert said(old, {"ip": "1.2.3.4", "ipMode": "Any"}, {"ipMode": "VIP"}, {"hostname": "1.2.3.4"}) == [
        'status.loadBalancer.ingress[0].ipMode: Unsupported value: "Any": supported values: "Proxy", "VIP"',
        "status.loadBalancer.ingress[1].ipMode: Forbidden: may not be specified when `ip` is not set",
        'status.loadBalancer.ingress[2].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    ]
    assert said(stored(service()), {"ip": "1.2.3.4"}) == [
        "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"
    ]
