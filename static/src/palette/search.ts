// The field in which the kinds are searched: `A` leads there.

export const SEARCH = "palette-search";

export function search(): void {
  document.getElementById(SEARCH)?.focus();
}
