// A node's tree of cgroups: what bounds each of them and how much of it is used.
import { useState } from "preact/hooks";
import { select } from "../app/state";
import { fill, gettext } from "../i18n/i18n";
import { useFresh } from "../live/fresh";
import { isNode, type NodeSketch, type Sketch } from "../live/protocol";
import { cpuQuantity, memoryQuantity } from "../live/words";
import { Icon } from "../parts/Icon";
import { cgroupsOf, cpuMax, memoryMax, type Cgroup } from "./doors";
import { throttled } from "./throttled";
import { Use } from "./Use";
import "./node.css";

export function Cgroups({ object }: { object: Sketch }) {
  const { told, problem } = useFresh(() => cgroupsOf(object.name), `${object.id} ${object.revision}`);
  return (
    <>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {!told && !problem && <p class="hint">{gettext("Asking…")}</p>}
      {told && isNode(object) && (
        <ul class="cgroups" aria-label="cgroups">
          {told.tree.children.map((group) => (
            <Branch key={group.name} group={group} node={object} />
          ))}
        </ul>
      )}
    </>
  );
}

const OPEN = new Set<Cgroup["kind"]>(["kubepods", "qos"]);

function Branch({ group, node }: { group: Cgroup; node: NodeSketch }) {
  const [open, setOpen] = useState(OPEN.has(group.kind));
  const title = titleOf(group);
  return (
    <li class={`cgroup ${group.kind}`} data-cgroup={group.name}>
      <div class="cgroup-head">
        {group.children.length > 0 ? (
          <button class="twist" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name="right" size={12} />
            <b>{title}</b>
          </button>
        ) : (
          <b>{title}</b>
        )}
        {group.kind === "pod" && (
          <button class="link" onClick={() => select(`pods/${group.about.join("/")}`)} aria-label={fill(gettext("Show pod %(name)s"), { name: title })}>
            {gettext("pod")}
          </button>
        )}
      </div>
      {group.name !== title && <p class="mono cgroup-name" title={group.name}>{group.name}</p>}
      <p class="mono bounds">
        {["cpu.weight", "cpu.max", "memory.max"].map((file) => (
          <span key={file}>
            {file} <b>{group.settings[file] ?? "max"}</b>
          </span>
        ))}
        {group.oomScoreAdj !== undefined && (
          <span>
            oom_score_adj <b>{group.oomScoreAdj}</b>
          </span>
        )}
      </p>
      <Use name="CPU" used={group.millicores} most={cpuMax(group)} whole={node.capacity.cpu} words={(n) => cpuQuantity(Math.round(n))} />
      <Use name={gettext("Memory")} used={group.memory} most={memoryMax(group)} whole={node.capacity.memory} words={memoryQuantity} />
      {throttled(group.cpuStat) && <p class="warn">{throttled(group.cpuStat)}</p>}
      {open && group.children.length > 0 && (
        <ul>
          {group.children.map((child) => (
            <Branch key={child.name} group={child} node={node} />
          ))}
        </ul>
      )}
    </li>
  );
}

const titleOf = (group: Cgroup): string => (group.kind === "pause" ? "pause" : (group.about.at(-1) ?? group.name));
