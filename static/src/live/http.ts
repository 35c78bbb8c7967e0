// Requests to our own server: the dashboard's controls and the Kubernetes API.
import { config } from "../app/config";
import { gettext, fill } from "../i18n/i18n";
import { past, pictured, tell } from "./clock";
import type { Clock } from "./protocol";

/** What the server (a Kubernetes Status) or the way to it said, in words for people. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly reason: string,
    readonly code: number,
    readonly told: Readonly<Record<string, unknown>> = {}, // the whole answer
  ) {
    super(message);
  }
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { credentials: "same-origin", ...init });
  } catch {
    throw new Refusal(gettext("The server does not answer. Is it still running?"), "Unreachable", 0);
  }
  if (!answer.ok) throw await refusalOf(answer);
  return answer;
}

async function refusalOf(answer: Response): Promise<Refusal> {
  const text = await answer.text();
  try {
    const status = JSON.parse(text) as { message?: string; error?: string; reason?: string; [more: string]: unknown };
    const message = status.message ?? status.error;
    if (message) return new Refusal(message, status.reason ?? "", answer.status, status);
  } catch {
    // not JSON: the status line is all that there is to say
  }
  const plain = fill(gettext("The server answered %(code)s."), { code: `${answer.status} ${answer.statusText}`.trim() });
  return new Refusal(plain, "", answer.status);
}

/** A question about the instant that is drawn: of the past, the server works it out again. */
export function asShown(path: string): string {
  const at = pictured.peek();
  return at === null ? path : `${path}${path.includes("?") ? "&" : "?"}at=${Math.round(at)}`;
}

/** Writes to the cluster and orders to its clock are of the present: nobody should change by mistake what is not shown. */
function checkPresent(path: string): void {
  if (past.peek() === null || !(path.startsWith(config.api) || path === config.urls.control)) return;
  throw new Refusal(gettext("The past is shown, and cannot be changed. Go to now, or branch here."), "Past", 409);
}

export async function send<T>(method: string, path: string, body?: unknown, type = "application/json"): Promise<T> {
  checkPresent(path);
  const answer = await ask(path, {
    method,
    headers: { "Content-Type": type, Accept: "application/json", "X-CSRFToken": config.csrf },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return (await answer.json()) as T;
}

/** The same, with what the API server warns of beside its answer. */
export async function sendText<T>(method: string, path: string, text: string, type: string): Promise<{ made: T; warnings: string[] }> {
  const headers = { "Content-Type": type, Accept: "application/json", "X-CSRFToken": config.csrf };
  const answer = await ask(path, { method, headers, body: text });
  return { made: (await answer.json()) as T, warnings: warningsIn(answer.headers.get("Warning") ?? "") };
}

/** 299 - "first", 299 - "second": a header may hold several. */
function warningsIn(header: string): string[] {
  return [...header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text!.replace(/\\(.)/g, "$1"));
}

export async function getText(path: string, accept: string): Promise<string> {
  return (await ask(path, { headers: { Accept: accept } })).text();
}

export async function getJson<T>(path: string): Promise<T> {
  return (await (await ask(path, { headers: { Accept: "application/json" } })).json()) as T;
}

/** What comes as it is written, such as a log that is followed. */
export async function stream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  return (await ask(path, { signal })).body!;
}

/** The address of an object in the Kubernetes API; without a name, of its collection. */
export function objectUrl(resource: string, namespace: string, name = ""): string {
  const kind = config.kinds.find((one) => one.resource === resource);
  const [plural, ...groups] = resource.split(".");
  const group = kind?.group ?? groups.join(".");
  const root = group ? `/apis/${group}/${kind?.version ?? "v1"}` : `/api/${kind?.version ?? "v1"}`;
  const scope = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${config.api}${root}${scope}/${kind?.plural ?? plural}${name ? `/${encodeURIComponent(name)}` : ""}`;
}

export interface Step {
  revision: number;
  at: number;
  title: string;
  component: string;
  rule: string;
  sentence: string;
  id: string;
  op: string;
}

export const why = (resource: string, namespace: string, name: string): Promise<{ question: string; steps: Step[] }> =>
  getJson(`${config.urls.why}${resource}/${namespace || "-"}/${encodeURIComponent(name)}.json`);

export interface Verdict {
  name: string;
  feasible: boolean;
  plugin: string | null;
  reasons: string[];
}

export const feasible = (pod: unknown): Promise<{ nodes: Verdict[] }> => send("POST", config.urls.feasible, { pod });

export type Control =
  | { do: "pause" | "play" | "run" | "reset" }
  | { do: "step"; by?: number }
  | { do: "speed"; speed: number };

export async function control(order: Control): Promise<void> {
  tell(await send<Clock>("POST", config.urls.control, order));
}
