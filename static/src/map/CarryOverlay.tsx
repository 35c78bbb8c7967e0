// Over each card while a pod is carried: "Put it here", or the filter that refuses the pod and its reason.
import { useEffect, useRef } from "preact/hooks";
import { aim, bypass, draft, problem, putHere, verdicts } from "../carry/carry";
import { gettext, fill } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import type { Verdict } from "../live/http";
import type { Card } from "./layout";
import { EDGE, layout } from "./painter";

const MOST = 120; // cards; with more of them the bars and the keys have to do

export function CarryOverlay() {
  if (!draft.value) return null;
  const answer = verdicts.value;
  if (!answer && problem.value) return null; // no node takes what the API server refuses
  return (
    <>
      {layout.value.cards.slice(0, MOST).map((card) => (
        <Place key={card.node.name} card={card} verdict={answer?.get(card.node.name)} />
      ))}
    </>
  );
}

function Place({ card, verdict }: { card: Card; verdict: Verdict | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  const { name } = card.node;
  const aimed = aim.value === name;
  useEffect(() => {
    const style = box.current!.style;
    style.left = `${EDGE + card.x + 8}px`;
    style.top = `${EDGE + card.y}px`;
    style.width = `${card.w - 16}px`;
    style.height = `${card.h - (card.compact ? 6 : 27)}px`;
  });
  const refused = verdict && !verdict.feasible && !bypass.value;
  return (
    <div class={`place${card.compact ? " compact" : ""}${aimed ? " aimed" : ""}${refused ? " refused" : ""}`} ref={box}>
      {refused && (
        <div class="verdict">
          <b>
            <Icon name="refused" size={14} />
            {verdict.plugin}
          </b>
          {!card.compact && <p>{verdict.reasons.join(", ")}</p>}
          <button class="anyway" aria-label={fill(gettext("Put it here anyway: %(node)s"), { node: name })} onClick={() => void putHere(name)}>
            {gettext("Put it here anyway")}
          </button>
        </div>
      )}
      {!refused && (
        <button class="put" aria-label={fill(gettext("Put it here: %(node)s"), { node: name })} onClick={() => void putHere(name)} onFocus={() => (aim.value = name)}>
          {gettext("Put it here")}
          {aimed && !card.compact && <kbd>Enter</kbd>}
        </button>
      )}
    </div>
  );
}
