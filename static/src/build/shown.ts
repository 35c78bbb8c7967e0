// How a draft is shown: its form, its YAML, or both side by side where there is room.
import { computed, signal } from "@preact/signals";
import { draft } from "../carry/carry";
import { gettext } from "../i18n/i18n";
import { bundle } from "./bundle";

export type Shown = "form" | "yaml" | "both";

export const SHOWN: readonly { name: Shown; title: () => string }[] = [
  { name: "form", title: () => gettext("Form") },
  { name: "yaml", title: () => "YAML" },
  { name: "both", title: () => gettext("Side by side") },
];

const ROOMY = 1500; // px of a window in which both leave enough for the map

export const shownAs = signal<Shown>(innerWidth >= ROOMY ? "both" : "form");

/** Whether the panel needs the width of two. */
export const isWide = computed(() => bundle.value !== null || (draft.value !== null && shownAs.value === "both"));
