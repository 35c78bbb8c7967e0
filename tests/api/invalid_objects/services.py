# ruff: noqa: E501 - the tables have a line for each case
"""Services."""

from __future__ import annotations

from typing import Any

from tests.api.invalid_objects import (
    NOT_A_LABEL,
    NOT_A_SUBDOMAIN,
    Case,
    duplicate,
    forbidden,
    required,
    unsupported,
    wrong,
)

RESOURCE = "services"
PORT = {"port": 80}
NAME_PART = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
PORT_NUMBER = "must be between 1 and 65535, inclusive"
CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
ONLY_BALANCERS = "may only be used when `type` is 'LoadBalancer'"
DNS_1035 = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"


def case(title: str, spec: dict[str, Any], *causes: Any, **meta: Any) -> Case:
    return Case(title, RESOURCE, {"metadata": meta, "spec": {"ports": [PORT], **spec}}, list(causes))


CASES = [
    case("a name that begins with a digit", {}, wrong("metadata.name", '"1web"', DNS_1035), name="1web"),
    case("no ports", {"ports": []}, required("spec.ports")),
    case("ports without names", {"ports": [{"port": 80}, {"port": 81}]}, required("spec.ports[0].name"), required("spec.ports[1].name")),
    case("a port's name", {"ports": [{"port": 80, "name": "A"}]}, wrong("spec.ports[0].name", '"A"', NOT_A_LABEL)),
    case("a name twice", {"ports": [{"port": 80, "name": "a"}, {"port": 81, "name": "a"}]}, duplicate("spec.ports[1].name", '"a"')),
    case("a port twice", {"ports": [{"port": 80, "name": "a"}, {"port": 80, "name": "b"}]}, duplicate("spec.ports[1]", '{"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}')),
    case("a port out of range", {"ports": [{"port": 70000}]}, wrong("spec.ports[0].port", "70000", PORT_NUMBER), wrong("spec.ports[0].targetPort", "70000", PORT_NUMBER)),
    case("a protocol", {"ports": [{"port": 80, "protocol": "HTTP"}]}, unsupported("spec.ports[0].protocol", "HTTP", "SCTP", "TCP", "UDP")),
    case("a target's name", {"ports": [{"port": 80, "targetPort": "80"}]}, wrong("spec.ports[0].targetPort", '"80"', "must contain at least one letter (a-z)")),
    case("an app's protocol", {"ports": [{"port": 80, "appProtocol": "a b"}]}, wrong("spec.ports[0].appProtocol", '"a b"', NAME_PART)),
    case("a node port inside", {"ports": [{"port": 80, "nodePort": 30080}]}, forbidden("spec.ports[0].nodePort", "may not be used when `type` is 'ClusterIP'")),
    case("a type", {"type": "Proxy"}, unsupported("spec.type", "Proxy", "ClusterIP", "ExternalName", "LoadBalancer", "NodePort")),
    case("headless outside", {"type": "NodePort", "clusterIP": "None"}, wrong("spec.clusterIPs[0]", '"None"', "may not be set to 'None' for NodePort services")),
    case("headless and more", {"clusterIP": "None", "clusterIPs": ["None", "10.96.0.5"]}, wrong("spec.clusterIPs", '["None","10.96.0.5"]', "'None' must be the first and only value")),
    case("two addresses of one family", {"clusterIP": "10.96.0.5", "clusterIPs": ["10.96.0.5", "10.96.0.6"]}, wrong("spec.clusterIPs", '["10.96.0.5","10.96.0.6"]', "may specify no more than one IP for each IP family")),
    case("an address out of step", {"clusterIP": "10.96.0.5", "clusterIPs": ["10.96.0.6"]}, wrong("spec.clusterIPs", '["10.96.0.6"]', "first value must match `clusterIP`")),
    case("another family", {"ipFamilies": ["IPv6"]}, wrong("spec.ipFamilies[0]", '"IPv6"', "not configured on this cluster")),
    case("an unknown family", {"ipFamilies": ["IPv4", "IPv4", "IPv5"]}, duplicate("spec.ipFamilies[1]", '"IPv4"'), unsupported("spec.ipFamilies[2]", "IPv5", "IPv4", "IPv6")),
    case("two families", {"ipFamilyPolicy": "RequireDualStack"}, wrong("spec.ipFamilyPolicy", '"RequireDualStack"', "this cluster is not configured for dual-stack services")),
    case("a policy of families", {"ipFamilyPolicy": "Any"}, unsupported("spec.ipFamilyPolicy", "Any", "PreferDualStack", "RequireDualStack", "SingleStack")),
    case("a name of nothing", {"type": "ExternalName", "ports": []}, required("spec.externalName")),
    case("a name that is none", {"type": "ExternalName", "externalName": "A_b", "clusterIP": "10.96.0.5", "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"},
         forbidden("spec.clusterIPs", "may not be set for ExternalName services"), forbidden("spec.ipFamilies", "may not be set for ExternalName services"),
         forbidden("spec.ipFamilyPolicy", "may not be set for ExternalName services"), wrong("spec.externalName", '"A_b"', NOT_A_SUBDOMAIN)),
    case("affinity", {"sessionAffinity": "Cookie"}, unsupported("spec.sessionAffinity", "Cookie", "ClientIP", "None")),
    case("affinity for too long", {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 86401}}}, wrong("spec.sessionAffinityConfig.clientIP.timeoutSeconds", "86401", "must be greater than 0 and less than 86400")),
    case("addresses from outside", {"externalIPs": ["a", "0.0.0.0"]}, wrong("spec.externalIPs[0]", '"a"', "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"), wrong("spec.externalIPs[1]", '"0.0.0.0"', "may not be unspecified (0.0.0.0)")),
    case("what only load balancers have", {"loadBalancerSourceRanges": ["10.0.0.0/33"], "allocateLoadBalancerNodePorts": False, "loadBalancerClass": "a/b"},
         forbidden("spec.LoadBalancerSourceRanges", ONLY_BALANCERS), wrong("spec.LoadBalancerSourceRanges[0]", '"10.0.0.0/33"', CIDR),
         forbidden("spec.allocateLoadBalancerNodePorts", ONLY_BALANCERS), forbidden("spec.loadBalancerClass", ONLY_BALANCERS)),
    case("ranges in the annotation of old", {}, forbidden("metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]", ONLY_BALANCERS),
         wrong("metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]", '"x"', CIDR), annotations={"service.beta.kubernetes.io/load-balancer-source-ranges": "10.0.0.0/8, x"}),
    case("a class", {"type": "LoadBalancer", "loadBalancerClass": "a b"}, wrong("spec.loadBalancerClass", '"a b"', NAME_PART)),
    case("traffic from outside", {"externalTrafficPolicy": "Local", "healthCheckNodePort": 30000},
         wrong("spec.externalTrafficPolicy", '"Local"', "may only be set for externally-accessible services"),
         wrong("spec.healthCheckNodePort", "30000", "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")),
    case("policies", {"type": "NodePort", "externalTrafficPolicy": "Near", "internalTrafficPolicy": "Near", "trafficDistribution": "Near"},
         unsupported("spec.externalTrafficPolicy", "Near", "Cluster", "Local"), unsupported("spec.internalTrafficPolicy", "Near", "Cluster", "Local"),
         unsupported("spec.trafficDistribution", "Near", "PreferClose", "PreferSameNode", "PreferSameZone")),
    case("two hints", {}, wrong("metadata.annotations[service.kubernetes.io/topology-mode]", '"Auto"', "must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified"),
         annotations={"service.kubernetes.io/topology-mode": "Auto", "service.kubernetes.io/topology-aware-hints": "disabled"}),
]  # fmt: skip
