// The pages without a cluster (the list, signing in, a class): styles, and what looks again by itself.
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/page.css";

for (const part of document.querySelectorAll<HTMLElement>("[data-refresh]")) {
  setInterval(() => void refresh(part), Number(part.dataset.refresh));
}

/** Reads the page again and takes this part of it; not while nobody looks, nor while something in it has the focus. */
async function refresh(part: HTMLElement): Promise<void> {
  if (document.hidden || part.contains(document.activeElement)) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-refresh]");
  if (fresh) part.replaceChildren(...fresh.childNodes);
}
