"""Services: defaults, what the API server allots, mistakes, what may change, what is shown."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import admission, writes
from simulator.engine.admission import service_ip
from simulator.engine.errors import StatusError
from simulator.engine.registry import KINDS, Body
from simulator.engine.service_addresses import NETWORK, NODE_PORTS, free_address, free_port, is_in_network

from .builders import broken, made, row, service, texts

KIND = KINDS["services"]


class Others:
    """A cluster that has these Services."""

    def __init__(self, *services: Body) -> None:
        self.services = list(services)

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        return None

    def list(self, resource: str, namespace: str | None = None) -> Any:
        return self.services


def admitted(body: Body, *others: Body, old: Body | None = None) -> Body:
    operation: Any = "UPDATE" if old else "CREATE"
    return service_ip.admit(admission.Attributes(operation, KIND, KIND.default(body), old), Others(*others))


def stored(body: Body, *others: Body) -> Body:
    return made("services", admitted(body, *others))


def updated(old: Body, *others: Body, **parts: Any) -> Body:
    """The Service after somebody has replaced its spec's parts (None takes one away)."""
    spec = {key: value for key, value in {**old["spec"], **parts}.items() if value is not None}
    new = writes.updated(KIND, old, {**old, "spec": spec}, revision=2)
    return admitted(new or old, *others, old=old)


def test_defaults() -> None:
    spec = stored(service({"port": 80}, {"port": 443, "targetPort": "https", "protocol": "UDP"}))["spec"]
    address = spec.pop("clusterIP")
    assert is_in_network(address)
    assert spec == {
        "selector": {"app": "web"},
        "type": "ClusterIP",
        "sessionAffinity": "None",
        "internalTrafficPolicy": "Cluster",
        "clusterIPs": [address],
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "ports": [
            {"port": 80, "protocol": "TCP", "targetPort": 80},
            {"port": 443, "targetPort": "https", "protocol": "UDP"},
        ],
    }


def test_the_address_depends_on_the_name_alone_and_steps_aside() -> None:
    first = stored(service())
    assert stored(service())["spec"]["clusterIP"] == first["spec"]["clusterIP"]
    other = {**first, "metadata": {**first["metadata"], "namespace": "elsewhere"}}
    assert stored(service(), other)["spec"]["clusterIP"] != first["spec"]["clusterIP"]


def test_addresses_come_from_the_upper_part_of_the_range() -> None:
    lowest = NETWORK[257]
    for name in range(50):
        address = free_address(str(name), ())
        assert address is not None
        assert type(lowest)(address) >= lowest
    assert free_port("a", ()) in NODE_PORTS[86:]


def test_a_used_up_range_gives_its_lower_part_last() -> None:
    assert free_port("a", set(NODE_PORTS[86:])) in NODE_PORTS[:86]
    assert free_port("a", set(NODE_PORTS)) is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("10.96.0.10", "provided IP is already allocated"),
        (
            "192.168.0.1",
            "the provided IP (192.168.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/12",
        ),
    ],
)
def test_an_address_that_cannot_be_had(address: str, said: str) -> None:
    dns = stored(service(name="dns", clusterIP="10.96.0.10"))
    with pytest.raises(StatusError) as refusal:
        admitted(service(clusterIP=address), dns)
    assert refusal.value.code == 422
    assert refusal.value.message == (
        f'Service "web" is invalid: spec.clusterIPs: Invalid value: ["{address}"]: failed to '
        f"allocate IP {address}: {said}"
    )


def test_no_address_at_all_is_left_to_validation() -> None:
    heard = broken("services", admitted(service(clusterIP="here")))
    assert heard == [
        'spec.clusterIPs[0]: Invalid value: "here": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
    ]


def test_headless() -> None:
    spec = stored(service(clusterIP="None"))["spec"]
    assert (spec["clusterIPs"], spec["ipFamilyPolicy"]) == (["None"], "SingleStack")
    bare = stored(service(clusterIP="None", selector=None))
    assert (bare["spec"]["ipFamilies"], bare["spec"]["ipFamilyPolicy"]) == (["IPv4", "IPv6"], "RequireDualStack")
    assert texts(KIND.validate(bare)) == []
    assert texts(KIND.validate(stored({**service(clusterIP="None"), "spec": {"clusterIP": "None"}}))) == []


def test_node_ports() -> None:
    first = stored(service({"port": 80, "name": "a"}, {"port": 81, "name": "b"}, type="NodePort"))
    numbers = [port["nodePort"] for port in first["spec"]["ports"]]
    assert len(set(numbers)) == 2
    assert all(number in NODE_PORTS for number in numbers)
    assert first["spec"]["externalTrafficPolicy"] == "Cluster"
    for number, said in (
        (numbers[0], "provided port is already allocated"),
        (80, "provided port is not in the valid range. The range of valid ports is 30000-32767"),
    ):
        with pytest.raises(StatusError) as refusal:
            admitted(service({"port": 80, "nodePort": number}, name="late", type="NodePort"), first)
        assert refusal.value.message == (
            f'Service "late" is invalid: spec.ports[0].nodePort: Invalid value: {number}: {said}'
        )


def test_a_load_balancer_with_local_traffic_is_asked_for_its_health() -> None:
    spec = stored(service(type="LoadBalancer", externalTrafficPolicy="Local"))["spec"]
    assert spec["allocateLoadBalancerNodePorts"] is True
    assert spec["healthCheckNodePort"] in NODE_PORTS
    assert spec["healthCheckNodePort"] != spec["ports"][0]["nodePort"]
    without = stored(service(type="LoadBalancer", allocateLoadBalancerNodePorts=False))["spec"]
    assert "nodePort" not in without["ports"][0]


def test_what_was_allotted_is_kept() -> None:
    old = stored(service(type="NodePort"))
    plain = updated(old, clusterIP=None, clusterIPs=None, ports=[{"port": 80}])
    assert plain["spec"]["clusterIP"] == old["spec"]["clusterIP"]
    assert plain["spec"]["ports"][0]["nodePort"] == old["spec"]["ports"][0]["nodePort"]
    assert texts(KIND.validate_update(plain, old)) == []


def test_types_change() -> None:
    old = stored(service(type="NodePort"))
    inner = updated(old, type="ClusterIP")
    assert "nodePort" not in inner["spec"]["ports"][0]
    assert "externalTrafficPolicy" not in inner["spec"]
    assert texts(KIND.validate(inner)) == []
    outer = updated(inner, type="NodePort")
    assert outer["spec"]["ports"][0]["nodePort"] in NODE_PORTS
    name = updated(old, type="ExternalName", externalName="example.com")
    assert not {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"} & set(name["spec"])
    assert texts(KIND.validate(name)) == []
    assert is_in_network(updated(name, type="ClusterIP", externalName=None)["spec"]["clusterIP"])


def test_the_address_is_for_life() -> None:
    old = stored(service())
    new = {**old, "spec": {**old["spec"], "clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9"]}}
    assert texts(KIND.validate_update(new, old)) == [
        'spec.clusterIPs[0]: Invalid value: ["10.96.0.9"]: may not change once set'
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (service(ports=[]), ["spec.ports: Required value"]),
        (
            service({"port": 80}, {"port": 81}),
            ["spec.ports[0].name: Required value", "spec.ports[1].name: Required value"],
        ),
        (
            service({"port": 80, "name": "a"}, {"port": 81, "name": "a"}),
            ['spec.ports[1].name: Duplicate value: "a"'],
        ),
        (
            service({"port": 80, "name": "a"}, {"port": 80, "name": "b"}),
            [
                'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,'
                '"TargetPort":0,"NodePort":0}'
            ],
        ),
        (
            service({"port": 0, "targetPort": 80}),
            ["spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"],
        ),
        (
            service({"port": 80, "targetPort": 70000}),
            ["spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive"],
        ),
        (
            service({"port": 80, "nodePort": 30080}),
            ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
        ),
        (
            service(type="Proxy"),
            [
                'spec.type: Unsupported value: "Proxy": supported values: "ClusterIP", "ExternalName", "LoadBalancer", '
                '"NodePort"'
            ],
        ),
        (
            service(sessionAffinity="ClientIP", sessionAffinityConfig={"clientIP": {"timeoutSeconds": 90000}}),
            [
                "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 90000: must be greater than 0 and "
                "less than 86400"
            ],
        ),
        (service(type="ExternalName"), ["spec.externalName: Required value"]),
        (
            service(type="NodePort", clusterIP="None"),
            ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"],
        ),
        (
            service(externalTrafficPolicy="Local"),
            ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
        ),
        (
            service(ipFamilies=["IPv6"]),
            ['spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
        ),
        (
            service(externalIPs=["127.0.0.1"]),
            [
                'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range '
                "(127.0.0.0/8, ::1/128)"
            ],
        ),
    ],
)
def test_mistakes(body: Body, said: list[str]) -> None:
    assert broken("services", admitted(body)) == said


def test_session_affinity_has_a_time() -> None:
    spec = made("services", service(sessionAffinity="ClientIP"))["spec"]
    assert spec["sessionAffinityConfig"] == {"clientIP": {"timeoutSeconds": 10800}}


@pytest.mark.parametrize(
    ("spec", "status", "shown"),
    [
        ({}, {}, ("ClusterIP", "10.96.1.1", "<none>", "80/TCP")),
        ({"externalIPs": ["1.2.3.4"]}, {}, ("ClusterIP", "10.96.1.1", "1.2.3.4", "80/TCP")),
        (
            {"type": "NodePort", "ports": [{"port": 80, "nodePort": 30080, "protocol": "TCP"}]},
            {},
            ("NodePort", "10.96.1.1", "<none>", "80:30080/TCP"),
        ),
        ({"type": "LoadBalancer"}, {}, ("LoadBalancer", "10.96.1.1", "<pending>", "80/TCP")),
        (
            {"type": "LoadBalancer"},
            {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}},
            ("LoadBalancer", "10.96.1.1", "1.2.3.4", "80/TCP"),
        ),
        (
            {"type": "ExternalName", "externalName": "example.com", "clusterIP": "", "ports": []},
            {},
            ("ExternalName", "<none>", "example.com", "<none>"),
        ),
    ],
)
def test_rows(spec: Body, status: Body, shown: tuple[str, ...]) -> None:
    body = {**made("services", service(**{"clusterIP": "10.96.1.1", **spec})), "status": status}
    cells = row("services", body, wide=True)
    assert (cells["Type"], cells["Cluster-IP"], cells["External-IP"], cells["Port(s)"]) == shown
    assert cells["Selector"] == "app=web"
