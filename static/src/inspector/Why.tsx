// "Why?": the chain of causes as a vertical line, from the effect at the top to the root at the bottom.
import { useEffect, useState } from "preact/hooks";
import { select } from "../app/state";
import { gettext } from "../i18n/i18n";
import { elapsed, shortTime } from "../live/clock";
import { why, type Step } from "../live/http";
import { isPod, type Sketch } from "../live/protocol";
import { objects } from "../live/store";
import { trouble } from "../live/words";

interface Chain {
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
  const bad = isPod(object) && trouble(object) !== "";
  return (
    <div class={bad ? "why bad-effect" : "why"}>
      <h3>{chain.question}</h3>
      <ol class="chain">
        {chain.steps.map((step, at) => (
          <ChainStep key={step.revision} step={step} number={at + 1} about={object.id} />
        ))}
      </ol>
    </div>
  );
}

function ChainStep({ step, number, about }: { step: Step; number: number; about: string }) {
  const other = step.id !== about && objects.has(step.id);
  return (
    <li>
      <span class="number">{number}</span>
      <div>
        <h4>
          <span>{step.title}</span>
          <time>{shortTime(elapsed(step.at))}</time>
        </h4>
        <p class="rule">
          {step.component} · <span class="mono">{step.rule}</span>
        </p>
        <p class="sentence">{step.sentence}</p>
        {other && (
          <button class="link" onClick={() => select(step.id)}>
            {step.id.split("/").pop()}
          </button>
        )}
      </div>
    </li>
  );
}
