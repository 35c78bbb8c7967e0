// The taints of a node are one list: who changes it reads it first, and is refused if somebody was faster.
import { getJson, objectUrl, send } from "../live/http";
import type { Taint } from "../live/protocol";

export type { Taint };

interface Node {
  metadata: { resourceVersion: string };
  spec?: { taints?: Taint[] };
}

export async function changeTaints(node: string, change: (held: Taint[]) => Taint[], dryRun = false): Promise<void> {
  const url = objectUrl("nodes", "", node);
  const { metadata, spec } = await getJson<Node>(url);
  const taints = change(spec?.taints ?? []);
  const body = { metadata: { resourceVersion: metadata.resourceVersion }, spec: { taints } };
  const how = `?fieldManager=k8sviz-page&fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
  await send("PATCH", `${url}${how}`, body, "application/merge-patch+json");
}
