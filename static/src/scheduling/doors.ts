// What the server answers about scheduling, and how it is asked.
import type { Mistake } from "../editor/TextEditor";
import { config } from "../app/config";
import { asShown, getJson, Refusal, send } from "../live/http";

export interface Score {
  raw: number;
  normalized: number;
  weighted: number;
}

export interface NodeTrace {
  name: string;
  filter: { plugin: string; reasons: string[] } | null;
  scores: Record<string, Score>;
  total: number | null;
}

export interface PodName {
  namespace: string;
  name: string;
}

export interface Victim extends PodName {
  priority: number;
}

/** A node on which pods could make way. */
export interface Candidate {
  node: string;
  victims: Victim[];
  pdbViolations: number;
  highestPriority: number;
  prioritySum: number;
  latestStart: string | null;
}

/** One decision of the scheduler, node by node and plugin by plugin. */
export interface Trace extends PodName {
  node: string | null;
  ties: string[];
  message: string;
  nominatedNode: string | null;
  victims: PodName[];
  nodes: NodeTrace[];
  when: "now" | "past";
  revision: number;
  at: string;
  profile: string;
  weights: Record<string, number>;
  filters: string[];
  candidates?: Candidate[];
  why?: string;
}

export type { Mistake };
export type Subject = PodName | { pod: unknown };

export interface Plugin {
  name: string;
  weight?: number | null;
}

export interface Profile {
  schedulerName: string;
  points: Record<string, Plugin[]>;
}

export interface Queued extends PodName {
  place: "active" | "backoff" | "unschedulable" | "binding" | "gated";
  since: string;
  until: string | null;
  attempts: number;
  refusedBy: string[];
  message: string;
  profile: string;
}

export interface Scheduler {
  configuration: string;
  source: "default" | "configmap" | "refused";
  error: string | null;
  profiles: Profile[];
  policies: { old: string; plugin: string; sentence: string }[];
  queue: Queued[];
}

export interface Room {
  replicas: number;
  limited?: boolean;
  perNode: { name: string; count: number }[];
  message: string;
  reasons: { reason: string; nodes: number }[];
}

const page = `/c/${config.cluster}/`;
const named = ({ namespace, name }: PodName): string => `${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;

export const traceOf = (pod: PodName, revision: string): Promise<Trace> =>
  getJson(asShown(`${page}trace/${named(pod)}.json${revision ? `?revision=${encodeURIComponent(revision)}` : ""}`));

export const whatIf = async (subject: Subject, configurations: (string | null)[]): Promise<Trace[]> =>
  (await send<{ answers: Trace[] }>("POST", asShown(`${page}what-if/`), { ...subject, configurations })).answers;

export const roomFor = (subject: Subject): Promise<Room> => send("POST", asShown(`${page}fit/`), subject);

export const scheduler = (): Promise<Scheduler> => getJson(asShown(`${page}scheduler/`));

export const check = (text: string): Promise<{ errors: Mistake[]; profiles: Profile[] }> => send("POST", `${page}scheduler/check/`, { text });

const MAP = { namespace: "kube-system", name: "kube-scheduler-config" };
const KEY = "config.yaml";
const maps = `${config.api}/api/v1/namespaces/${MAP.namespace}/configmaps`;

/** Writes the ConfigMap that the scheduler reads; makes it where there is none. */
export async function apply(text: string): Promise<void> {
  const data = { [KEY]: text };
  try {
    await send("PATCH", `${maps}/${MAP.name}`, { data }, "application/merge-patch+json");
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 404) throw error;
    await send("POST", maps, { apiVersion: "v1", kind: "ConfigMap", metadata: MAP, data });
  }
}

/** Without the ConfigMap the scheduler runs with its defaults. */
export async function backToDefault(): Promise<void> {
  try {
    await send("DELETE", `${maps}/${MAP.name}`);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 404) throw error;
  }
}

/** The mistakes that a refusal names, each at its field. */
export const mistakesOf = (error: unknown): Mistake[] => (error instanceof Refusal ? ((error.told.errors as Mistake[] | undefined) ?? []) : []);
