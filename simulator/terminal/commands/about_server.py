"""version, api-resources, api-versions, cluster-info, config: what there is, and how this terminal reaches it.

Follows staging/src/k8s.io/kubectl/pkg/cmd/{version,apiresources,clusterinfo,config}, v1.32.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings

from simulator.engine.registry import Body
from simulator.terminal.client import path_of
from simulator.terminal.command import Command
from simulator.terminal.flags import Flag, Parsed
from simulator.terminal.output.columns import Columns
from simulator.terminal.output.yaml import to_json, to_yaml
from simulator.terminal.shell import Shell
from simulator.terminal.troubles import Trouble, Usage

_AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_NO_HEADERS = Flag("no-headers", form="yes", default=False)


def _table(shell: Shell, rows: list[list[str]]) -> None:
    for line in Columns().lines(rows):
        shell.print(line)


def version(shell: Shell, parsed: Parsed) -> None:
    server = shell.client.read("version")
    form = parsed.text("output")
    if form == "json":
        shell.print(to_json({"serverVersion": server}, indent=2))
    elif form == "yaml":
        shell.write(to_yaml({"serverVersion": server}))
    elif form:
        raise Trouble("--output must be 'yaml' or 'json'")
    else:
        shell.print(f"Server Version: {server['gitVersion']}")


def api_resources(shell: Shell, parsed: Parsed) -> None:
    form = parsed.text("output")
    if parsed.args:
        raise Usage("api-resources", f"unexpected arguments: [{' '.join(parsed.args)}]")
    if form not in ("", "wide", "name"):
        raise Trouble(f"--output {form} is not available")
    if parsed.text("sort-by") not in ("", "name", "kind"):
        raise Trouble("--sort-by accepts only name or kind")
    held = _listed(shell, parsed)
    if form == "name":
        for group, one in held:
            shell.print(f"{one['resource']}.{group.partition('/')[0]}" if "/" in group else one["resource"])
        return
    heads = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]
    rows = [] if parsed.yes("no-headers") else [[*heads, *(["VERBS", "CATEGORIES"] if form == "wide" else [])]]
    for group, one in held:
        scope = str(one["scope"] == "Namespaced").lower()
        row = [one["resource"], ",".join(one.get("shortNames", ())), group, scope, one["responseKind"]["kind"]]
        more = [",".join(one["verbs"]), ",".join(one.get("categories", ()))]
        rows.append([*row, *more] if form == "wide" else row)
    _table(shell, rows)


def _listed(shell: Shell, parsed: Parsed) -> list[tuple[str, Body]]:
    """Each resource with its group and version; of each the version that its group prefers."""
    seen: set[tuple[str, str]] = set()
    found: list[tuple[str, Body]] = []
    for group, version, one in discovered(shell):
        identity = group, one["resource"]
        if identity not in seen and one["verbs"] and _is_wanted(parsed, group, one):
            found.append((f"{group}/{version}" if group else version, one))
        seen.add(identity)
    by = parsed.text("sort-by")
    if by:
        found.sort(key=lambda one: one[1]["resource"] if by == "name" else one[1]["responseKind"]["kind"])
    else:
        found.sort(key=lambda one: (one[0].rpartition("/")[0], one[1]["resource"]))
    return found


def _is_wanted(parsed: Parsed, group: str, one: Body) -> bool:
    if "api-group" in parsed.given and parsed.text("api-group") != group:
        return False
    if "namespaced" in parsed.given and parsed.yes("namespaced") != (one["scope"] == "Namespaced"):
        return False
    if not set(parsed.texts("verbs")) <= set(one["verbs"]):
        return False
    return set(parsed.texts("categories")) <= set(one.get("categories", ()))


def discovered(shell: Shell) -> Iterator[tuple[str, str, Body]]:
    """Group, version and resource of all that the server serves."""
    for path in ("api", "apis"):
        for item in shell.client.read(path, accept=_AGGREGATED)["items"]:
            for version in item["versions"]:
                for one in version["resources"]:
                    yield item["metadata"].get("name", ""), version["version"], one


def api_groups(shell: Shell) -> list[str]:
    """All groups with their versions, the core first."""
    core: list[str] = shell.client.read("api")["versions"]
    return core + [one["groupVersion"] for group in shell.client.read("apis")["groups"] for one in group["versions"]]


def api_versions(shell: Shell, parsed: Parsed) -> None:
    for one in sorted(api_groups(shell)):
        shell.print(one)


def cluster_info(shell: Shell, parsed: Parsed) -> None:
    shell.print(f"Kubernetes control plane is running at {server_of(shell)}")
    path = path_of(shell.client.kinds["services"], "kube-system")
    for one in shell.client.pages(path, {"labelSelector": "kubernetes.io/cluster-service=true"})["items"]:
        meta, ports = one["metadata"], one["spec"].get("ports", ())
        name = meta.get("labels", {}).get("kubernetes.io/name") or meta["name"]
        where = meta["name"] + (f":{ports[0]['name']}" if ports and ports[0].get("name") else "")
        shell.print(f"{name} is running at {server_of(shell)}/api/v1/namespaces/kube-system/services/{where}/proxy")
    shell.print("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.")


def server_of(shell: Shell) -> str:
    """Where the machine's own kubectl reaches the cluster."""
    return f"https://127.0.0.1:{settings.KUBE_PORT}/k8s/{shell.client.cluster.name}"


def config_view(shell: Shell, parsed: Parsed) -> None:
    name = shell.client.cluster.name
    cluster = {"certificate-authority-data": "DATA+OMITTED", "server": server_of(shell)}
    context = {"cluster": name, "user": f"{name}-admin"}
    if shell.namespace != "default":
        context["namespace"] = shell.namespace
    body = {
        "apiVersion": "v1",
        "clusters": [{"cluster": cluster, "name": name}],
        "contexts": [{"context": context, "name": name}],
        "current-context": name,
        "kind": "Config",
        "preferences": {},
        "users": [{"name": f"{name}-admin", "user": {"token": "REDACTED"}}],
    }
    shell.write(f"{to_json(body)}\n" if parsed.text("output") == "json" else to_yaml(body))


def current_context(shell: Shell, parsed: Parsed) -> None:
    shell.print(shell.client.cluster.name)


def get_contexts(shell: Shell, parsed: Parsed) -> None:
    name = shell.client.cluster.name
    for wanted in parsed.args:
        if wanted != name:
            raise Trouble(f"context {wanted} not found")
    if parsed.text("output") == "name":
        shell.print(name)
        return
    namespace = "" if shell.namespace == "default" else shell.namespace
    rows = [] if parsed.yes("no-headers") else [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]]
    _table(shell, [*rows, ["*", name, name, f"{name}-admin", namespace]])


def set_context(shell: Shell, parsed: Parsed) -> None:
    name = shell.client.cluster.name
    if not parsed.yes("current") and parsed.args != [name]:
        raise Trouble("the terminal has one context, that of this cluster: use --current")
    shell.namespace_set = parsed.text("namespace") or "default"
    shell.print(f'Context "{name}" modified.')


def use_context(shell: Shell, parsed: Parsed) -> None:
    name = shell.client.cluster.name
    if parsed.args != [name]:
        raise Trouble(f'no context exists with the name: "{" ".join(parsed.args)}"')
    shell.print(f'Switched to context "{name}".')


def _config(name: str, run: Callable[[Shell, Parsed], None], *flags: Flag, about: str) -> Command:
    return Command(f"config {name}", run, flags, completes="", about=about)


COMMANDS = (
    Command(
        "version",
        version,
        (Flag("output", "o", choices=("json", "yaml")), Flag("client", form="yes", default=False)),
        completes="",
        about="Print the version of the server",
    ),
    Command(
        "api-resources",
        api_resources,
        (
            Flag("output", "o", choices=("wide", "name")),
            _NO_HEADERS,
            Flag("api-group"),
            Flag("namespaced", form="yes", default=True),
            Flag("verbs", form="texts", default=()),
            Flag("categories", form="texts", default=()),
            Flag("sort-by", choices=("name", "kind")),
            Flag("cached", form="yes", default=False),
        ),
        completes="",
        about="Print the supported API resources on the server",
    ),
    Command("api-versions", api_versions, (), completes="", about="Print the supported API versions on the server"),
    Command("cluster-info", cluster_info, (), completes="", about="Display cluster information"),
    _config(
        "view",
        config_view,
        Flag("output", "o"),
        Flag("minify", form="yes", default=False),
        about="Display the settings",
    ),
    _config("current-context", current_context, about="Display the current context"),
    _config("get-contexts", get_contexts, Flag("output", "o"), _NO_HEADERS, about="Describe the contexts"),
    _config(
        "set-context", set_context, Flag("current", form="yes", default=False), about="Set the namespace of the context"
    ),
    _config("use-context", use_context, about="Set the current context"),
)
