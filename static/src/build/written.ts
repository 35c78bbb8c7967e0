// The parser of YAML, which comes when first needed.

export type Written = typeof import("./text");

let loading: Promise<Written> | null = null;

export const written = (): Promise<Written> => (loading ??= import("./text"));
