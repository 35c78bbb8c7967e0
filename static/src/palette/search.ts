// The field in which the kinds are searched: `A` leads there.

import { signal } from "@preact/signals";

export const SEARCH = "palette-search";

/** On a phone the palette is a sheet of its own, which a button opens. */
export const sheet = signal(false);

export function search(): void {
  sheet.value = true;
  document.getElementById(SEARCH)?.focus();
}
