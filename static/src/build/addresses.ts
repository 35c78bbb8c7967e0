// Where an object of any kind lives in the API, also one of a kind that the cluster got later.
import { config } from "../app/config";
import { getJson, Refusal } from "../live/http";
import { gettext, fill } from "../i18n/i18n";
import { namespaceOf, type Body } from "./body";

interface Served {
  plural: string;
  namespaced: boolean;
  resource: string;
}

const asked = new Map<string, Promise<{ resources: { name: string; kind: string; namespaced: boolean }[] }>>();

/** What the API serves objects of this version and kind as. Raises Refusal where it serves none. */
export async function servedAs({ apiVersion, kind }: { apiVersion: string; kind: string }): Promise<Served> {
  const [version, group = ""] = apiVersion.split("/").reverse();
  const known = config.kinds.find((one) => one.kind === kind && one.group === group && one.version === version);
  if (known) return known;
  const root = group ? `apis/${encodeURIComponent(group)}/${encodeURIComponent(version!)}` : `api/${encodeURIComponent(version!)}`;
  const listed = asked.get(root) ?? getJson<{ resources: { name: string; kind: string; namespaced: boolean }[] }>(`${config.api}/${root}`);
  asked.set(root, listed);
  const found = await listed.then(({ resources }) => resources.find((one) => one.kind === kind && !one.name.includes("/"))).catch((error: unknown) => {
    asked.delete(root);
    if (error instanceof Refusal && error.code !== 404) throw error;
    return undefined;
  });
  if (found) return { plural: found.name, namespaced: found.namespaced, resource: group ? `${found.name}.${group}` : found.name };
  asked.delete(root); // its definition may come yet
  const message = fill(gettext("no matches for kind \"%(kind)s\" in version \"%(version)s\""), { kind, version: apiVersion });
  throw new Refusal(message, "NoMatch", 404);
}

/** The address of the object's collection. */
export async function collectionOf(body: Body): Promise<string> {
  const { plural, namespaced } = await servedAs(body);
  const root = body.apiVersion.includes("/") ? `apis/${body.apiVersion}` : `api/${body.apiVersion}`;
  const scope = namespaced ? `/namespaces/${encodeURIComponent(namespaceOf(body))}` : "";
  return `${config.api}/${root}${scope}/${plural}`;
}

/** The page's id of an object, as the selection holds it. */
export async function idOf(body: Body): Promise<string> {
  const { resource, namespaced } = await servedAs(body);
  return `${resource}/${namespaced ? namespaceOf(body) : ""}/${body.metadata.name ?? ""}`;
}

/** Whether a kind that the page knows lives in a namespace. */
export const inNamespace = ({ apiVersion, kind }: Body): boolean =>
  config.kinds.find((one) => one.kind === kind && (one.group ? `${one.group}/${one.version}` : one.version) === apiVersion)?.namespaced ?? true;
