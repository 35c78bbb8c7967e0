// Names for new objects: free as far as the page knows, and of a form that the API server takes.
import { objects } from "../live/store";

/** registry.example/team/My_App:1.2 is called my-app. */
export function baseName(image: string): string {
  const last = image.split("/").pop()!.split(/[:@]/)[0]!;
  return last.toLowerCase().replace(/[^a-z0-9-]+/g, "-").replace(/^-+|-+$/g, "") || "pod";
}

/** base, or base-2, base-3 ..., whatever is not there yet. */
export function freeName(base: string, resource: string, namespace: string): string {
  let name = base;
  for (let n = 2; objects.has(`${resource}/${namespace}/${name}`); n++) name = `${base}-${n}`;
  return name;
}

/** The next name after one that was taken after all. */
export function nextName(name: string): string {
  const [, base = name, n] = /^(.*?)(?:-(\d+))?$/.exec(name) ?? [];
  return `${base}-${Number(n ?? 1) + 1}`;
}
