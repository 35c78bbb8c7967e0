// The guess and the answer side by side, and why.
import { useEffect, useRef } from "preact/hooks";
import { gettext, fill } from "../i18n/i18n";
import type { Trace } from "./doors";
import { isRight, NOWHERE } from "./guesses";
import { bestOf, ranked } from "./ranking";
import { aboutDecision, aboutTotal } from "./sentences";

export function Revealed({ trace, guess }: { trace: Trace; guess: string }) {
  const right = isRight(trace, guess);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) box.current!.focus(); // the button that revealed it is gone
  }, []);
  const word = (node: string | null): string => node || gettext("nowhere");
  const node = ranked(trace).find((one) => one.name === guess);
  const lucky = right && guess !== trace.node && trace.node !== null;
  return (
    <section class={right ? "revealed right" : "revealed wrong"} role="status" tabIndex={-1} ref={box}>
      <dl>
        <div>
          <dt>{gettext("You guessed")}</dt>
          <dd>{word(guess)}</dd>
        </div>
        <div>
          <dt>{gettext("The scheduler says")}</dt>
          <dd>{word(trace.node)}</dd>
        </div>
      </dl>
      <p>
        <b>{lucky ? gettext("Right: it ties, and only the draw decided.") : right ? gettext("Right.") : gettext("Not this time.")}</b>{" "}
        {!right && guess !== NOWHERE && node ? `${aboutTotal(trace, node, bestOf(trace))} ` : ""}
        {aboutDecision(trace)}
{" "}
        {trace.node === null && trace.nominatedNode ? fill(gettext("Pods make way for it on %(node)s."), { node: trace.nominatedNode }) : ""}
      </p>
    </section>
  );
}
