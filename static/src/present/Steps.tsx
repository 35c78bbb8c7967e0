// The demo's steps; a click goes there, back by rewinding.
import { crew, say, shown } from "../audience/hall";
import { gettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { SHAPES } from "./icons";
import { jump } from "./orders";
import { plan } from "./plan";

export function Steps() {
  const now = shown.value;
  const at = now && now.phase !== "start" ? now.step : -1;
  return (
    <nav class="plan" aria-label={gettext("Steps")}>
      <h2>{gettext("Steps")}</h2>
      <ol>
        {plan.plan.map((step, index) => (
          <li key={index}>
            <button aria-current={index === at ? "step" : undefined} class={index < at ? "past" : ""} disabled={crew.value?.jump != null} onClick={() => jump(index)}>
              <i aria-hidden="true">{index < at ? <Icon path={SHAPES.tick} /> : index + 1}</i>
              <span>{say(step.title)}</span>
              {step.asks && (
                <span class="asks" role="img" aria-label={gettext("asks a question")}>
                  <Icon path={SHAPES.poll} />
                </span>
              )}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
