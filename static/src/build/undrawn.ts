// An object of a kind that the map does not draw: asked for by its id, and again when the log says that it changed.
import { useEffect, useState } from "preact/hooks";
import { getJson, objectUrl, Refusal } from "../live/http";
import { PHASES } from "../live/protocol";
import type { ContainerSketch, Owner, PodSketch, Sketch } from "../live/protocol";
import { log, onChanges } from "../live/store";
import type { Body } from "./body";

/** The object; null where there is none, undefined until that is known. */
export function useUndrawn(id: string): Sketch | null | undefined {
  const [found, setFound] = useState<Sketch | null | undefined>(undefined);
  useEffect(() => {
    let mine = true;
    const [resource = "", namespace = "", name = ""] = id.split("/");
    const look = (): void => {
      const last = log.findLast((entry) => entry.id === id);
      if (!name || last?.op === "DELETED") return setFound(null); // the log says so: nobody need be asked
      getJson<Body>(objectUrl(resource, namespace, name))
        .then((body) => mine && setFound(sketchOf(id, resource, body)))
        .catch((error: unknown) => mine && error instanceof Refusal && error.code !== 0 && setFound(null));
      return undefined;
    };
    look();
    const end = onChanges((_changes, entries) => {
      if (entries.some((entry) => entry.id === id)) look();
    });
    return () => {
      mine = false;
      end();
    };
  }, [id]);
  return found?.id === id || found === null ? found : undefined;
}

/** Nodes are always on the map: one that is not there is gone, or not yet of the instant that is shown. */
function sketchOf(id: string, resource: string, body: Body): Sketch | null {
  if (resource === "nodes") return null;
  const plain = plainSketch(id, resource, body);
  return resource === "pods" ? podSketch(plain, body) : plain;
}

/** A pod that the map of a large cluster does not draw one by one: what can be said of it without its node. */
function podSketch(plain: Sketch, body: Body): PodSketch {
  const { spec, status } = body as unknown as { spec: { nodeName?: string; containers: { name: string; image: string }[] }; status: Record<string, string | undefined> };
  const phase = PHASES.find((one) => one === status.phase) ?? "Unknown";
  const containers = spec.containers.map(({ name, image }): ContainerSketch => ({ name, image, state: phase === "Running" ? "running" : "waiting", ready: false, reason: "", init: false }));
  const nothing = { cpu: 0, memory: 0, disk: 0 };
  return {
    ...plain,
    phase,
    status: status.reason ?? phase,
    node: spec.nodeName ?? "",
    qos: (status.qosClass as PodSketch["qos"] | undefined) ?? "BestEffort",
    requests: nothing,
    limits: nothing,
    containers,
    restarts: 0,
    ready: "",
    ip: status.podIP ?? "",
    created: Date.parse(String(body.metadata.creationTimestamp ?? 0)) * 1000,
    message: "",
  };
}

function plainSketch(id: string, resource: string, { kind, metadata }: Body): Sketch {
  const owners = (metadata.ownerReferences ?? []) as (Owner & { controller?: boolean })[];
  return {
    id,
    resource,
    kind,
    namespace: metadata.namespace ?? "",
    name: metadata.name ?? "",
    uid: String(metadata.uid ?? ""),
    revision: Number(metadata.resourceVersion ?? 0),
    labels: metadata.labels ?? {},
    owner: owners.find((one) => one.controller) ?? null,
  };
}
