// How much room there is. The widths are those of the media queries in the styles.
import { signal, type ReadonlySignal } from "@preact/signals";

/** One column without what stands beside the view: a phone, or a tablet held upright. */
export const narrow = follow("(max-width: 900px)");

/** A phone: drawings are made for its width, so that their letters stay as large as others. */
export const small = follow("(max-width: 560px)");

function follow(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const holds = signal(list.matches);
  list.addEventListener("change", () => (holds.value = list.matches));
  return holds;
}
