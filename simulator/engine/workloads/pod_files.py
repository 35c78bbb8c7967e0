"""The files that the kubelet and the runtime write for each pod: /etc/hostname, /etc/hosts and /etc/resolv.conf.

Follows managedHostsFileContent in pkg/kubelet/kubelet_pods.go and pkg/kubelet/network/dns/dns.go, v1.34.
"""

from __future__ import annotations

from ..objects import namespace_of, spec_of, status_of
from ..registry import Body, Reader
from . import nodes
from .environment import DOMAIN, domain, hostname, kernel_name

MOST_SERVERS = 3
_MOST_DOMAINS, _LONGEST_LINE, _LONGEST_DOMAIN = 32, 2048, 253
_HOSTS = """\
# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
"""
_NODE_RESOLVER = "192.168.0.1"


def of(pod: Body, reader: Reader) -> dict[str, nodes.Node]:
    """The files of a pod by path."""
    return {
        "/etc/hostname": nodes.text(f"{kernel_name(pod)}\n"),
        "/etc/hosts": nodes.text(_hosts(pod)),
        "/etc/resolv.conf": nodes.text(_resolv(pod, reader)),
    }


def _hosts(pod: Body) -> str:
    name, own = hostname(pod), domain(pod)
    names = f"{name}.{own}\t{name}" if own else name
    lines = [f"{one['ip']}\t{names}" for one in status_of(pod).get("podIPs") or ()]
    text = _HOSTS + "".join(f"{line}\n" for line in lines)
    aliases = spec_of(pod).get("hostAliases") or ()
    if aliases:
        text += "\n# Entries added by HostAliases.\n"
        text += "".join(f"{one['ip']}\t{chr(9).join(one.get('hostnames') or ())}\n" for one in aliases)
    return text


def searches(pod: Body) -> list[str]:
    """The domains in which a name with few dots is looked for: as many as a line of resolv.conf may have."""
    domains = [one for one in all_searches(pod)[:_MOST_DOMAINS] if len(one) <= _LONGEST_DOMAIN]
    while len(" ".join(domains)) > _LONGEST_LINE:
        domains.pop()
    return domains


def all_searches(pod: Body) -> list[str]:
    """The domains that the pod asks for, those of the cluster first."""
    found = [] if not _asks_cluster(pod) else [f"{namespace_of(pod)}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN]
    return list(dict.fromkeys([*found, *((spec_of(pod).get("dnsConfig") or {}).get("searches") or ())]))


def ndots(pod: Body) -> int:
    """How many dots a name needs to be tried as it is first."""
    text = _options(pod).get("ndots", "1")
    return int(text) if text and text.isdecimal() else 1


def _asks_cluster(pod: Body) -> bool:
    policy = spec_of(pod).get("dnsPolicy", "ClusterFirst")
    return policy == "ClusterFirstWithHostNet" or (policy == "ClusterFirst" and not spec_of(pod).get("hostNetwork"))


def _options(pod: Body) -> dict[str, str | None]:
    options: dict[str, str | None] = {"ndots": "5"} if _asks_cluster(pod) else {}
    for one in (spec_of(pod).get("dnsConfig") or {}).get("options") or ():
        options[one["name"]] = one.get("value")
    return options


def nameservers(pod: Body, reader: Reader) -> list[str]:
    """The servers that the pod asks for; no more than three of them count."""
    servers: list[str] = []
    if _asks_cluster(pod):
        service = reader.get("services", "kube-system", "kube-dns")
        servers = [service["spec"]["clusterIP"]] if service is not None else []
    elif spec_of(pod).get("dnsPolicy") != "None":
        servers = [_NODE_RESOLVER]
    given = (spec_of(pod).get("dnsConfig") or {}).get("nameservers") or ()
    return [*servers, *(one for one in dict.fromkeys(given) if one not in servers)]


def _resolv(pod: Body, reader: Reader) -> str:
    lines = [f"search {' '.join(searches(pod))}"] if searches(pod) else []
    lines += [f"nameserver {one}" for one in nameservers(pod, reader)[:MOST_SERVERS]]
    options = [f"{name}:{value}" if value else name for name, value in _options(pod).items()]
    if options:
        lines.append(f"options {' '.join(options)}")
    return "".join(f"{line}\n" for line in lines)
