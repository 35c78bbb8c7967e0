// What a kind tells the palette, the form and the map about itself. Adding a kind is one file in `kinds/`.
import type { IconName } from "../parts/glyphs";
import type { Body, Edit, Path } from "./body";

export type Group = "workloads" | "network" | "config" | "cluster" | "disturb";

/** Where something may be put: the cluster is the map itself. */
export type PlaceKind = "cluster" | "zone" | "node" | "pod" | "service";

export interface Place {
  kind: PlaceKind;
  name: string;
  namespace?: string;
}

interface Plain {
  label: () => string;
  path: Path;
  hint?: string;
  /** Other fields that hold the same and change with it, as labels and the selector that finds them. */
  follow?: readonly Path[];
  /** What else changes with it. */
  also?: (value: Body, next: unknown) => Edit[];
}

export type Field =
  | (Plain & { type: "text" | "number" | "quantity" | "words" | "check" })
  | (Plain & { type: "pairs"; secret?: boolean })
  | (Plain & { type: "choice"; choices: () => string[]; none?: () => string; numeric?: boolean })
  | (Plain & { type: "suggest"; choices: () => string[] });

export interface BuildKind {
  id: string;
  title: () => string;
  group: Group;
  order: number; // among its group
  icon: IconName;
  /** One sentence for people who do not know it yet. */
  about: () => string;
  resource: string; // of what is made
  start: () => Body;
  fields: (value: Body) => Field[];
  places: (value: Body) => PlaceKind[];
  /** The object as it is for a place; without it the place changes nothing. */
  at?: (value: Body, place: Place, past: boolean) => Body;
  /** A pod as this object would make it: nodes that would take it glow. */
  pod?: (value: Body) => Body | null;
  /** A few words below the name while it is carried. */
  line?: (value: Body) => string;
  /** How it is made where that is not by creating the object; answers with the id of what to look at then. */
  put?: (value: Body, place: Place, dryRun: boolean) => Promise<string>;
}
