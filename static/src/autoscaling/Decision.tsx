// The last decision, worked out: so many pods, times what was measured, divided by the target.
import { fill, gettext, ngettext } from "../i18n/i18n";
import type { Step } from "./doors";
import { clockText, figureText, holdOf, leading } from "./words";

const TOLERANCE = 0.1;

export function Decision({ steps }: { steps: Step[] }) {
  const step = steps.findLast((one) => one.looked);
  if (!step) return <p class="quiet">{gettext("It has not looked yet.")}</p>;
  const hold = holdOf(step);
  return (
    <section class="decision">
      <p class="quiet">{fill(gettext("Decision at %(at)s"), { at: clockText(step.at) })}</p>
      <h3>{titleOf(step)}</h3>
      <Sum step={step} />
      {hold.words && <p class={`held ${hold.kind}`}>{hold.words}</p>}
      {step.failed && <p class="failed-why">{step.failed}</p>}
    </section>
  );
}

function titleOf({ failed, current, replicas }: Step): string {
  if (failed || replicas === null) return gettext("No decision");
  if (current === replicas) return fill(ngettext("Keep %(n)s replica", "Keep %(n)s replicas", replicas), { n: replicas });
  return fill(gettext("Scale from %(current)s to %(replicas)s"), { current: current ?? 0, replicas });
}

function Sum({ step }: { step: Step }) {
  const metric = leading(step);
  const { current, recommended } = step;
  if (!metric || !metric.value || !metric.target || !current || recommended === null) return null;
  const perPod = metric.form !== "Value";
  const ratio = metric.value / metric.target;
  const share = Number((current * ratio).toFixed(2));
  const near = Math.abs(ratio - 1) <= TOLERANCE;
  const asks = near ? current : Math.ceil(current * ratio - 1e-9);
  return (
    <>
      <dl class="worked-out">
        <Term figure={String(current)} about={gettext("replicas")} />
        <Term sign="×" figure={figureText(metric, metric.value)} about={perPod ? metric.name : gettext("measured")} />
        <Term sign="÷" figure={figureText(metric, metric.target)} about={gettext("target")} />
        <Term sign="=" figure={String(share)} about={near ? gettext("within a tenth: no change") : fill(gettext("rounds up to %(n)s"), { n: Math.ceil(share - 1e-9) })} />
      </dl>
      {asks !== (metric.replicas ?? recommended) && <p class="quiet">{fill(gettext("It recommends %(n)s: pods that are not ready, or have no figures, count otherwise."), { n: recommended })}</p>}
    </>
  );
}

function Term({ sign, figure, about }: { sign?: string; figure: string; about: string }) {
  return (
    <div>
      <dd>
        {sign && <i>{sign}</i>} {figure}
      </dd>
      <dt>{about}</dt>
    </div>
  );
}
