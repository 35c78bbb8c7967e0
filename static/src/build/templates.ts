// What kinds with a pod template share: a container to begin with, its fields, and the object around it.
import { gettext } from "../i18n/i18n";
import { valueAt, type Body, type Edit, type Path } from "./body";
import type { Field } from "./kind";
import { baseName, freeName } from "./names";

export const IMAGES = ["nginx", "redis", "busybox"] as const;

/** busybox has nothing to do by itself: it would end at once and be started again and again. */
const SLEEP = ["sleep", "3600"];
const AMOUNTS = { requests: { cpu: "250m", memory: "128Mi" }, limits: { memory: "256Mi" } };

export function containerOf(image: string, command?: string[]): Record<string, unknown> {
  const runs = command ?? (image === "busybox" ? SLEEP : undefined);
  return { name: baseName(image), image, ...(runs ? { command: runs } : {}), resources: AMOUNTS };
}

/** A kind that keeps pods of a template alive: Deployment, StatefulSet, DaemonSet. */
export function workload(apiVersion: string, kind: string, resource: string, base: string, image: string, more: Record<string, unknown>): Body {
  const name = freeName(base, resource, "default");
  const labels = { app: name };
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: "default", labels },
    spec: { ...more, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [containerOf(image)] } } },
  };
}

const WORKLOAD_LABELS: Path[] = [["metadata", "labels", "app"], ["spec", "selector", "matchLabels", "app"], ["spec", "template", "metadata", "labels", "app"]];

export const nameField = (follow: readonly Path[] = []): Field => ({ type: "text", label: () => gettext("Name"), path: ["metadata", "name"], follow });
export const workloadName = (): Field => nameField(WORKLOAD_LABELS);

/** With another image come its name for the container, and something to do if it has nothing by itself. */
function imageEdits(value: Body, container: Path, next: unknown): Edit[] {
  const before = String(valueAt(value, [...container, "image"]) ?? "");
  const command = [...container, "command"];
  const held = valueAt(value, command);
  const edits: Edit[] = [];
  if (valueAt(value, [...container, "name"]) === baseName(before)) edits.push([[...container, "name"], baseName(String(next))]);
  if (next === "busybox" && held === undefined) edits.push([command, SLEEP]);
  if (before === "busybox" && next !== "busybox" && JSON.stringify(held) === JSON.stringify(SLEEP)) edits.push([command, undefined]);
  return edits;
}

/** The fields of the first container of the pods that are made at `at`. */
export function containerFields(at: Path, also: (value: Body, next: unknown) => Edit[] = () => []): Field[] {
  const container = [...at, "spec", "containers", 0];
  const amount = (group: string, name: string): Path => [...container, "resources", group, name];
  return [
    {
      type: "suggest",
      label: () => gettext("Image"),
      path: [...container, "image"],
      choices: () => [...IMAGES],
      also: (value, next) => [...imageEdits(value, container, next), ...also(value, next)],
    },
    { type: "words", label: () => gettext("Command"), path: [...container, "command"], hint: "sleep 3600" },
    { type: "quantity", label: () => gettext("CPU request"), path: amount("requests", "cpu"), hint: "250m" },
    { type: "quantity", label: () => gettext("CPU limit"), path: amount("limits", "cpu"), hint: "—" },
    { type: "quantity", label: () => gettext("Memory request"), path: amount("requests", "memory"), hint: "128Mi" },
    { type: "quantity", label: () => gettext("Memory limit"), path: amount("limits", "memory"), hint: "—" },
  ];
}

/** A pod of the template at `at`, by itself: what the scheduler would be asked about. */
export function podAt(at: Path): (value: Body) => Body | null {
  return (value) => {
    const template = valueAt(value, at) as { metadata?: Body["metadata"]; spec?: unknown } | undefined;
    if (!template?.spec) return null;
    const { name: _, ...meta } = template.metadata ?? {};
    return { apiVersion: "v1", kind: "Pod", metadata: { ...meta, namespace: value.metadata.namespace ?? "default" }, spec: template.spec };
  };
}

export const POD_TEMPLATE: Path = ["spec", "template"];
export const JOB_TEMPLATE: Path = ["spec", "jobTemplate", "spec", "template"];
