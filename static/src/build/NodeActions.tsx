// What can be done to a node: its taints, cordon, drain, and taking it away.
import { useEffect, useRef, useState } from "preact/hooks";
import { gettext, fill, ngettext } from "../i18n/i18n";
import type { NodeSketch, Taint } from "../live/protocol";
import { lift } from "../carry/carry";
import { Icon } from "../parts/Icon";
import { useSure } from "../parts/sure";
import { cordon, drain, remove, toEvict } from "./draining";
import { changeTaints } from "./taints";

const textOf = ({ key, value, effect }: Taint): string => `${key}${value ? `=${value}` : ""}:${effect}`;

/** The taints of a node, each with what takes it away. Those of the system come and go by themselves. */
export function Taints({ node }: { node: NodeSketch }) {
  const [problem, setProblem] = useState("");
  const away = (taint: Taint): void => {
    setProblem("");
    changeTaints(node.name, (held) => held.filter((one) => one.key !== taint.key || one.effect !== taint.effect)).catch((error: Error) => setProblem(error.message));
  };
  return (
    <section class="section taints">
      <h3>{gettext("Taints")}</h3>
      <ul class="labels">
        {node.taints.map((taint) => (
          <li key={taint.key + taint.effect} class="mono">
            {textOf(taint)}
            {!taint.key.startsWith("node.kubernetes.io/") && (
              <button class="icon-button" aria-label={fill(gettext("Take away %(taint)s"), { taint: textOf(taint) })} onClick={() => away(taint)}>
                <Icon name="close" size={12} />
              </button>
            )}
          </li>
        ))}
      </ul>
      <button class="link" onClick={() => lift("taint")}>
        {gettext("Add a taint")}
      </button>
      {problem && (
        <p class="wrong" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

export function NodeActions({ node }: { node: NodeSketch }) {
  const { doing, problem, run, draining } = useDoing(node.name);
  const [sure, ask] = useSure();
  const pods = toEvict(node.name).length;
  return (
    <>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {doing && (
        <p class="problem quiet" role="status">
          {doing}
        </p>
      )}
      <footer class="actions">
        <button class="button" disabled={doing !== ""} onClick={() => run(() => cordon(node.name, !node.unschedulable))}>
          {node.unschedulable ? gettext("Uncordon") : gettext("Cordon")}
        </button>
        <button class="button" disabled={doing !== "" || !pods} title={gettext("Cordons it and evicts its pods; those of DaemonSets stay")} onClick={() => run(() => draining(false))}>
          {gettext("Drain")}
        </button>
        <button class="button" disabled={doing !== ""} title={gettext("Drains it first, then takes it away")} onClick={() => run(() => draining(true))}>
          {gettext("Drain and remove")}
        </button>
        <button class={sure ? "button danger" : "button"} disabled={doing !== ""} title={gettext("Takes it away at once: its pods are lost")} onClick={() => ask(() => run(() => remove(node.name)))}>
          <Icon name="trash" size={14} />
          {sure ? gettext("Click again to remove") : gettext("Remove by force")}
        </button>
      </footer>
    </>
  );
}

function useDoing(node: string) {
  const [doing, setDoing] = useState("");
  const [problem, setProblem] = useState("");
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const run = (act: () => Promise<unknown>): void => {
    setProblem("");
    setDoing(gettext("Working…"));
    act()
      .catch((error: Error) => here.current && setProblem(error.message))
      .finally(() => here.current && setDoing(""));
  };
  const tell = (left: number, held: string): void => {
    const words = fill(ngettext("%(n)s pod is still to go.", "%(n)s pods are still to go.", left), { n: left });
    setDoing(held ? `${words} ${held}` : words);
  };
  const draining = async (thenRemove: boolean): Promise<void> => {
    if ((await drain(node, tell, () => here.current)) && thenRemove) await remove(node);
  };
  return { doing, problem, run, draining };
}
