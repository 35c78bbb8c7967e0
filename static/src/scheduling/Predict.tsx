// Where will it go? The question before the answer, with what one may reason from: what each node has left, its taints.
import { useRef, useState } from "preact/hooks";
import { gettext, fill, ngettext } from "../i18n/i18n";
import type { PodSketch } from "../live/protocol";
import { natural, nodes, requestedOn, version } from "../live/store";
import { cpuPair, memoryPair } from "../live/words";
import type { Trace } from "./doors";
import { NOWHERE, settle } from "./guesses";
import { useWindow } from "./window";

const HEIGHT = 48;

export function Predict({ trace, pod, known }: { trace: Trace; pod: PodSketch | undefined; known: string }) {
  void version.value;
  const [guess, setGuess] = useState<string | null>(null);
  const [text, setText] = useState("");
  const scroller = useRef<HTMLDivElement>(null);
  const wanted = text.trim().toLowerCase();
  const names = trace.nodes.map((node) => node.name).filter((name) => name.toLowerCase().includes(wanted)).sort(natural);
  const { first, last } = useWindow(scroller, names.length, HEIGHT, () => 0);
  const said = guess === null ? "" : guess === NOWHERE ? gettext("nowhere") : guess;
  return (
    <section class="predict">
      <header>
        <div>
          <h3>{gettext("Where will it go?")}</h3>
          <p>{gettext("The answer stays covered until you have guessed.")}</p>
        </div>
        <button class="button" aria-pressed={guess === NOWHERE} onClick={() => setGuess(NOWHERE)}>
          {gettext("Nowhere")}
        </button>
        <button class="button solid" disabled={guess === null} onClick={() => settle(known, guess!, trace)}>
          {said ? fill(gettext("Reveal: I say %(guess)s"), { guess: said }) : gettext("Reveal")}
        </button>
      </header>
      {trace.nodes.length > 12 && (
        <input type="text" class="find" value={text} placeholder={gettext("find a node")} aria-label={gettext("Find a node")} spellcheck={false} onInput={(event) => setText(event.currentTarget.value)} />
      )}
      <p class="quiet">{fill(ngettext("%(n)s node, as it is now without this pod (requested / allocatable):", "%(n)s nodes, as they are now without this pod (requested / allocatable):", names.length), { n: names.length })}</p>
      <div class="guesses" ref={scroller} role="group" aria-label={gettext("Your guess")} tabIndex={-1}>
        <div style={{ height: `${first * HEIGHT}px` }} />
        {names.slice(first, last).map((name) => (
          <Choice key={name} name={name} pod={pod} on={guess === name} choose={() => setGuess(name)} />
        ))}
        <div style={{ height: `${(names.length - last) * HEIGHT}px` }} />
      </div>
    </section>
  );
}

function Choice({ name, pod, on, choose }: { name: string; pod: PodSketch | undefined; on: boolean; choose: () => void }) {
  const node = nodes.get(name);
  const sum = requestedOn.get(name) ?? { cpu: 0, memory: 0 };
  const own = pod && pod.node === name ? pod.requests : { cpu: 0, memory: 0 };
  const facts = node && [
    `CPU ${cpuPair(sum.cpu - own.cpu, node.allocatable.cpu).join(" / ")}`,
    fill(gettext("memory %(amount)s"), { amount: memoryPair(sum.memory - own.memory, node.allocatable.memory).join(" / ") }),
    node.zone,
    node.unschedulable ? gettext("cordoned") : "",
    ...node.taints.map((taint) => `${taint.key}${taint.value ? `=${taint.value}` : ""}:${taint.effect}`),
  ];
  return (
    <button class="guess" data-object={`nodes//${name}`} aria-pressed={on} onClick={choose}>
      <b>{name}</b>
      <span>{facts ? facts.filter(Boolean).join(" · ") : gettext("no longer there")}</span>
    </button>
  );
}
