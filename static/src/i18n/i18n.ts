// Django's JavaScript catalogue, which the page loads before us, as typed functions.
//
// Strings are plain literals with named places, `fill(gettext("%(n)s nodes"), { n })`: the extractor finds those.

interface Catalogue {
  gettext?: (id: string) => string;
  ngettext?: (one: string, many: string, n: number) => string;
  pgettext?: (context: string, id: string) => string;
}

const catalogue = globalThis as Catalogue;

export const gettext = (id: string): string => catalogue.gettext?.(id) ?? id;
export const pgettext = (context: string, id: string): string => catalogue.pgettext?.(context, id) ?? id;
export const ngettext = (one: string, many: string, n: number): string =>
  catalogue.ngettext?.(one, many, n) ?? (n === 1 ? one : many);

export function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/%\((\w+)\)s/g, (place, key: string) => (key in values ? String(values[key]) : place));
}
