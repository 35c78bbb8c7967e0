"""Names of pods and how they find names: /etc/resolv.conf, /etc/hosts, the host name.

Follows TestGetPodDNS, TestFormDNSNameserversFitsLimits, TestFormDNSSearchFitsLimits and TestMergeDNSOptions in
pkg/kubelet/network/dns/dns_test.go and TestGeneratePodHostNameAndDomain, TestManagedHostsFileContent in
pkg/kubelet/kubelet_pods_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.workloads.files import Files

from .lab import USER, Lab

CLUSTER = "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
NODE = "nameserver 192.168.0.1\n"
OWN: dict[str, Any] = {
    "nameservers": ["1.2.3.4"],
    "searches": ["ns1.svc.cluster-domain.example", "my.dns.search.suffix"],
    "options": [{"name": "ndots", "value": "2"}, {"name": "edns0"}],
}
LONG = "a" * 40


def made(**fields: Any) -> Lab:
    lab = Lab()
    lab.world.create("namespaces", {"metadata": {"name": "kube-system"}}, USER)
    spec = {"clusterIP": "10.96.0.10", "ports": [{"port": 53}]}
    lab.world.create("services", {"metadata": {"name": "kube-dns", "namespace": "kube-system"}, "spec": spec}, USER)
    lab.pod(**fields)
    lab.run(5)
    return lab


def content(lab: Lab, path: str) -> str:
    return Files(lab.get(), "main", reader=lab.world, now=lab.world.now).read(path).decode()


RESOLV = {
    # name: (fields of the pod, /etc/resolv.conf)
    "the default": ({}, CLUSTER),
    "ClusterFirst": ({"dnsPolicy": "ClusterFirst"}, CLUSTER),
    "the node's": ({"dnsPolicy": "Default"}, NODE),
    "ClusterFirst on the host's network": ({"hostNetwork": True}, NODE),
    "ClusterFirstWithHostNet": ({"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}, CLUSTER),
    "None": (
        {"dnsPolicy": "None", "dnsConfig": OWN},
        "search ns1.svc.cluster-domain.example my.dns.search.suffix\nnameserver 1.2.3.4\noptions ndots:2 edns0\n",
    ),
    "ClusterFirst and more": (
        {"dnsConfig": OWN},
        "search default.svc.cluster.local svc.cluster.local cluster.local ns1.svc.cluster-domain.example "
        "my.dns.search.suffix\nnameserver 10.96.0.10\nnameserver 1.2.3.4\noptions ndots:2 edns0\n",
    ),
    "the same again": (
        {"dnsConfig": {"nameservers": ["10.96.0.10", "1.1.1.1"], "searches": ["cluster.local"]}},
        CLUSTER.replace("options", "nameserver 1.1.1.1\noptions"),
    ),
}


@pytest.mark.parametrize(("fields", "text"), RESOLV.values(), ids=RESOLV.keys())
def test_resolv_conf(fields: dict[str, Any], text: str) -> None:
    assert content(made(**fields), "/etc/resolv.conf") == text


def test_too_many_name_servers() -> None:
    lab = made(dnsConfig={"nameservers": ["1.1.1.1", "2.2.2.2", "3.3.3.3"]})
    assert lab.said("DNSConfigForming") == [
        "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: "
        "10.96.0.10 1.1.1.1 2.2.2.2"
    ]
    assert "3.3.3.3" not in content(lab, "/etc/resolv.conf")
    assert "running" in lab.main()["state"]


OF_CLUSTER = ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"]
FULL = [f"{number}.{'a' * 120}" for number in range(10, 26)]
"""Sixteen domains of 123 characters: 1,983 in one line."""
DOMAINS = {
    # name: (dnsPolicy, searches of the pod, how many of them count)
    "as many as can be": ("ClusterFirst", [f"d{number}" for number in range(29)], 29),
    "too many": ("ClusterFirst", [f"d{number}" for number in range(32)], 29),
    "twice the same": ("ClusterFirst", [*(f"d{number}" for number in range(29)), "d1", "svc.cluster.local"], 29),
    "none of the cluster's": ("None", [f"d{number}" for number in range(32)], 32),
    "long enough": ("None", [*FULL, "b" * 64], 17),
    "too long with the cluster's": ("ClusterFirst", [*FULL, "b" * 64], 16),
}


@pytest.mark.parametrize(("policy", "asked", "kept"), DOMAINS.values(), ids=DOMAINS.keys())
def test_how_many_search_domains_count(policy: str, asked: list[str], kept: int) -> None:
    lab = made(dnsPolicy=policy, dnsConfig={"nameservers": ["1.1.1.1"], "searches": asked})
    line = " ".join([*(OF_CLUSTER if policy == "ClusterFirst" else ()), *asked[:kept]])
    assert content(lab, "/etc/resolv.conf").splitlines()[0] == f"search {line}"
    words = f"Search Line limits were exceeded, some search paths have been omitted, the applied search line is: {line}"
    assert lab.said("DNSConfigForming") == ([] if len(set(asked) - set(OF_CLUSTER)) == kept else [words])
    assert "running" in lab.main()["state"]


OPTIONS = {
    # name: (options of the pod, those of /etc/resolv.conf)
    "none": ([], "ndots:5"),
    "others": ([{"name": "single-request"}, {"name": "attempts", "value": "3"}], "ndots:5 single-request attempts:3"),
    "the same": ([{"name": "ndots", "value": "3"}, {"name": "debug"}], "ndots:3 debug"),
    "the same without a value": ([{"name": "ndots"}], "ndots"),
}


@pytest.mark.parametrize(("options", "line"), OPTIONS.values(), ids=OPTIONS.keys())
def test_options(options: list[dict[str, str]], line: str) -> None:
    assert content(made(dnsConfig={"options": options}), "/etc/resolv.conf").splitlines()[-1] == f"options {line}"


NAMES = {
    # name: (fields of the pod, /etc/hostname, the pod's line of /etc/hosts)
    "the pod's name": ({}, "web", "web"),
    "its own": ({"hostname": "busybox-1"}, "busybox-1", "busybox-1"),
    "in a domain": (
        {"hostname": "busybox-1", "subdomain": "busybox"},
        "busybox-1",
        "busybox-1.busybox.default.svc.cluster.local\tbusybox-1",
    ),
    "in full": (
        {"subdomain": "busybox", "setHostnameAsFQDN": True},
        "web.busybox.default.svc.cluster.local",
        "web.busybox.default.svc.cluster.local\tweb",
    ),
    "in full without a domain": ({"setHostnameAsFQDN": True}, "web", "web"),
}


@pytest.mark.parametrize(("fields", "name", "line"), NAMES.values(), ids=NAMES.keys())
def test_names(fields: dict[str, Any], name: str, line: str) -> None:
    lab = made(**fields)
    assert content(lab, "/etc/hostname") == f"{name}\n"
    assert content(lab, "/etc/hosts").splitlines()[-1] == f"{lab.get()['status']['podIP']}\t{line}"


def test_a_name_that_is_too_long_in_full() -> None:
    lab = made(hostname=LONG, subdomain="busybox", setHostnameAsFQDN=True)
    assert lab.said("FailedCreatePodSandBox") == [
        "Failed to create pod sandbox: failed to construct FQDN from pod hostname and cluster domain, FQDN "
        f"{LONG}.busybox.default.svc.cluster.local is too long (64 characters is the max, 74 characters requested)"
    ]
    assert lab.main()["state"] == {"waiting": {"reason": "ContainerCreating"}}
    assert lab.conditions()["PodReadyToStartContainers"] == "False"


def test_host_aliases() -> None:
    lab = made(hostAliases=[{"ip": "127.0.0.1", "hostnames": ["foo.local", "bar.local"]}])
    assert content(lab, "/etc/hosts").endswith("\n\n# Entries added by HostAliases.\n127.0.0.1\tfoo.local\tbar.local\n")
