// A Service: its address, its ports, the pods that its selector finds.
import { gettext } from "../i18n/i18n";
import type { ServiceSketch } from "../live/protocol";
import { pods, version } from "../live/store";
import { Fact, Labels, PodList } from "./parts";

export function ServiceOverview({ service }: { service: ServiceSketch }) {
  void version.value;
  const wanted = Object.entries(service.selector ?? {});
  const found = wanted.length
    ? [...pods.values()].filter((pod) => pod.namespace === service.namespace && wanted.every(([key, value]) => pod.labels?.[key] === value))
    : [];
  return (
    <>
      <dl class="facts">
        <Fact name={gettext("Namespace")}>{service.namespace}</Fact>
        <Fact name={gettext("Type")}>{service.type}</Fact>
        <Fact name="Cluster IP">{service.clusterIP}</Fact>
        {(service.ports ?? []).map((port) => (
          <Fact key={`${port.port}${port.protocol}`} name={port.name || gettext("Port")}>
            {`${port.port}${port.targetPort && port.targetPort !== port.port ? ` → ${port.targetPort}` : ""}/${port.protocol ?? "TCP"}`}
          </Fact>
        ))}
        {wanted.length > 0 && (
          <Fact name={gettext("Selector")}>
            <span class="mono">{wanted.map(([key, value]) => `${key}=${value}`).join(", ")}</span>
          </Fact>
        )}
      </dl>
      <PodList pods={found} />
      <Labels labels={service.labels} />
    </>
  );
}
