// A bar: what is used of what may be, and a mark at what was asked for.
import { fill, gettext } from "../i18n/i18n";

interface Props {
  name: string;
  used: number;
  most: number | null; // null: nothing bounds it
  asked?: number;
  words: (amount: number) => string;
  whole: number; // how much the bar's width stands for where nothing bounds it
}

export function Use({ name, used, most, asked, words, whole }: Props) {
  const width = Math.max(most ?? whole, used, asked ?? 0) || 1;
  const share = (amount: number): string => `${Math.min(100, (100 * amount) / width)}%`;
  const figures = { used: words(used), most: most === null ? "max" : words(most) };
  const text = asked === undefined ? fill(gettext("%(used)s of %(most)s"), figures) : fill(gettext("%(used)s of %(most)s, requests %(asked)s"), { ...figures, asked: words(asked) });
  return (
    <div class="use">
      <span>{name}</span>
      <span class={most === null ? "use-bar unbounded" : "use-bar"} aria-hidden="true">
        <i style={{ width: share(used) }} class={most !== null && used >= 0.9 * most ? "near" : ""} />
        {asked !== undefined && asked > 0 && <b style={{ left: share(asked) }} />}
      </span>
      <span class="mono">{text}</span>
    </div>
  );
}
