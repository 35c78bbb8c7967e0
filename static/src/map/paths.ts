// Paths that are written once and drawn often. What draws into a text needs the text back.

const texts = new WeakMap<Path2D, string>();

export function shape(text: string): Path2D {
  const path = new Path2D(text);
  texts.set(path, text);
  return path;
}

export const textOf = (path: Path2D): string => texts.get(path) ?? "";
