// Objects as they are written: plain JSON of the wire's own shape, replaced and never changed in place.

export interface Meta {
  name?: string;
  generateName?: string;
  namespace?: string;
  labels?: Record<string, string>;
  [field: string]: unknown;
}

export interface Body {
  apiVersion: string;
  kind: string;
  metadata: Meta;
  [field: string]: unknown;
}

export type Path = readonly (string | number)[];

/** One change of an object: the value of a field, undefined where the field goes. */
export type Edit = readonly [path: Path, value: unknown];

export function valueAt(value: unknown, path: Path): unknown {
  let at: unknown = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

const isEmpty = (value: unknown): boolean => typeof value === "object" && value !== null && Object.keys(value).length === 0;

/** The object with one field changed. What a field that goes leaves empty goes with it. */
export function withEdit<T>(value: T, [path, next]: Edit): T {
  const [step, ...rest] = path;
  if (step === undefined) return next as T;
  if (Array.isArray(value)) {
    const items = [...(value as unknown[])];
    const inner = rest.length ? withEdit(items[step as number] ?? {}, [rest, next]) : next;
    if (inner === undefined) items.splice(step as number, 1);
    else items[step as number] = inner;
    return items as T;
  }
  const fresh: unknown = typeof step === "number" ? [] : {};
  if (typeof value !== "object" || value === null) return next === undefined ? value : withEdit(fresh as T, [path, next]);
  const held = value as Record<string | number, unknown>;
  const made = (): unknown => (typeof rest[0] === "number" ? [] : {});
  const inner = rest.length ? withEdit(held[step] ?? made(), [rest, next]) : next;
  if (inner === undefined || (next === undefined && isEmpty(inner))) {
    const { [step]: _, ...others } = held;
    return others as T;
  }
  return { ...held, [step]: inner } as T;
}

export const withEdits = <T>(value: T, edits: readonly Edit[]): T => edits.reduce<T>(withEdit, value);

export const isBody = (value: unknown): value is Body => {
  const body = value as Partial<Body> | null;
  return typeof body === "object" && body !== null && typeof body.apiVersion === "string" && typeof body.kind === "string" && typeof (body.metadata ?? {}) === "object";
};

export const nameOf = (body: Body): string => String(body.metadata?.name ?? body.metadata?.generateName ?? "");
export const namespaceOf = (body: Body): string => String(body.metadata?.namespace || "default");
