// "Why?": the chain of causes as a vertical line, from the effect at the top to the root at the bottom.
import { useEffect, useState } from "preact/hooks";
import { select } from "../app/state";
import { gettext, fill } from "../i18n/i18n";
import { elapsed, shortTime } from "../live/clock";
import { why, type Step } from "../live/http";
import { isPod, type Sketch } from "../live/protocol";
import { objects } from "../live/store";
import { trouble } from "../live/words";

const LONG = 8; // steps that are shown without folding
const HEAD = 3;
const TAIL = 4;

export interface Chain {
  question: string;
  steps: Step[];
}

export function Why({ object }: { object: Sketch }) {
  const [chain, setChain] = useState<Chain | null>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let mine = true;
    why(object.resource, object.namespace, object.name)
      .then((answer) => {
        if (!mine) return;
        setChain(answer);
        setProblem("");
      })
      .catch((error: Error) => mine && setProblem(error.message));
    return () => {
      mine = false;
    };
  }, [object.id, object.revision]);
  if (problem)
    return (
      <p class="problem" role="alert">
        {problem}
      </p>
    );
  if (!chain) return <p class="hint">{gettext("Asking…")}</p>;
  if (!chain.steps.length) return <p class="hint">{gettext("The log no longer holds what led to this.")}</p>;
  return <ChainOfCauses chain={chain} about={object.id} bad={isPod(object) && trouble(object) !== ""} />;
}

/** The question and its answer, effect first. */
export function ChainOfCauses({ chain, about, bad = false }: { chain: Chain; about: string; bad?: boolean }) {
  return (
    <div class={bad ? "why bad-effect" : "why"}>
      <h3>{chain.question}</h3>
      <Steps steps={chain.steps} about={about} />
    </div>
  );
}

/** Effect and root are what matters: of a long chain the middle is folded away until somebody asks. */
function Steps({ steps, about }: { steps: Step[]; about: string }) {
  const [whole, showWhole] = useState(false);
  const numbered = steps.map((step, at) => ({ step, number: at + 1 }));
  const folded = whole || steps.length <= LONG ? 0 : steps.length - HEAD - TAIL;
  const draw = ({ step, number }: (typeof numbered)[number]) => <ChainStep key={step.revision} step={step} number={number} about={about} />;
  if (!folded) return <ol class="chain">{numbered.map(draw)}</ol>;
  return (
    <ol class="chain">
      {numbered.slice(0, HEAD).map(draw)}
      <li class="folded">
        <span class="number" aria-hidden="true">
          ⋮
        </span>
        <button class="link" onClick={() => showWhole(true)}>
          {fill(gettext("%(n)s more steps"), { n: folded })}
        </button>
      </li>
      {numbered.slice(-TAIL).map(draw)}
    </ol>
  );
}

function ChainStep({ step, number, about }: { step: Step; number: number; about: string }) {
  const other = step.id !== about && objects.has(step.id);
  return (
    <li data-object={step.id}>
      <span class="number">{number}</span>
      <div>
        <h4>
          <span>{step.title}</span>
          <time>{shortTime(elapsed(step.at))}</time>
        </h4>
        <p class="rule">
          {step.component} · <span class="mono">{step.rule}</span>
        </p>
        <Sentence text={step.sentence} other={other ? step.id : null} />
      </div>
    </li>
  );
}

/** The sentence; where it names another object that is still there, the name leads to it. */
function Sentence({ text, other }: { text: string; other: string | null }) {
  const name = other?.split("/").pop() ?? "";
  const at = other ? text.lastIndexOf(name) : -1;
  const link = other && (
    <button class={at < 0 ? "link" : "link within"} onClick={() => select(other)}>
      {name}
    </button>
  );
  if (at < 0) {
    return (
      <>
        <p class="sentence">{text}</p>
        {link}
      </>
    );
  }
  return (
    <p class="sentence">
      {text.slice(0, at)}
      {link}
      {text.slice(at + name.length)}
    </p>
  );
}
