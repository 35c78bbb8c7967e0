// Lists and maps as people write them in a form: words of a command line, and a KEY=value on each line.

/** sh -c "echo 1; sleep 5" is three words. Undefined where there are none. */
export function wordsIn(text: string): string[] | undefined {
  const words: string[] = [];
  for (const [, double, single, bare] of text.matchAll(/"((?:[^"\\]|\\.)*)"?|'([^']*)'?|([^\s"']+)/g)) {
    words.push(double !== undefined ? double.replace(/\\(.)/g, "$1") : (single ?? bare ?? ""));
  }
  return words.length ? words : undefined;
}

export function wordsText(value: unknown): string {
  if (!Array.isArray(value)) return "";
  return value.map((one) => (/^[^\s"'\\]+$/.test(String(one)) ? String(one) : `"${String(one).replace(/(["\\])/g, "\\$1")}"`)).join(" ");
}

const isLong = (value: unknown): boolean => String(value).includes("\n");

/** The map that the lines say. What `before` holds over several lines cannot be written so, and stays. */
export function pairsIn(text: string, before: unknown): Record<string, string> | undefined {
  const long = Object.entries((before ?? {}) as Record<string, string>).filter(([, value]) => isLong(value));
  const pairs = text.split("\n").flatMap((line): [string, string][] => {
    const at = line.indexOf("=");
    const key = (at < 0 ? line : line.slice(0, at)).trim();
    return key ? [[key, at < 0 ? "" : line.slice(at + 1)]] : [];
  });
  return pairs.length + long.length ? Object.fromEntries([...pairs, ...long]) : undefined;
}

export function pairsText(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  return Object.entries(value).filter(([, held]) => !isLong(held)).map(([key, held]) => `${key}=${String(held)}`).join("\n");
}
