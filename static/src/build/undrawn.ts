// An object of a kind that the map does not draw: asked for by its id, and again when the log says that it changed.
import { useEffect, useState } from "preact/hooks";
import { getJson, objectUrl, Refusal } from "../live/http";
import type { Owner, Sketch } from "../live/protocol";
import { onChanges } from "../live/store";
import type { Body } from "./body";

/** The object; null where there is none, undefined until that is known. */
export function useUndrawn(id: string): Sketch | null | undefined {
  const [found, setFound] = useState<Sketch | null | undefined>(undefined);
  useEffect(() => {
    let mine = true;
    const [resource = "", namespace = "", name = ""] = id.split("/");
    const look = (): void => {
      if (!name) return setFound(null);
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

function sketchOf(id: string, resource: string, { kind, metadata }: Body): Sketch {
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
