// The "break it" menu: faults to start on a node or zone, and those that go on, to be mended.
import { useEffect, useState } from "preact/hooks";
import { shown } from "../audience/hall";
import { selection } from "../app/state";
import { fill, gettext } from "../i18n/i18n";
import { getJson, objectUrl, send } from "../live/http";
import { natural, nodes, version } from "../live/store";
import { Icon } from "../parts/Icon";
import { SHAPES, type Shape } from "./icons";

const FAULTS = "faults.sim.k8sviz.io";

interface Fault {
  metadata: { name: string };
  spec: { type: string; target?: { nodeName?: string; zone?: string } };
}

interface Sort {
  type: string;
  shape: Shape;
  title: () => string;
  on: "node" | "zone" | "registry";
}

const SORTS: Sort[] = [
  { type: "NodeCrash", shape: "crash", title: () => gettext("Crash a node"), on: "node" },
  { type: "KubeletStop", shape: "stop", title: () => gettext("Stop a kubelet"), on: "node" },
  { type: "NetworkPartition", shape: "cut", title: () => gettext("Cut the network"), on: "node" },
  { type: "DiskFill", shape: "disk", title: () => gettext("Fill a disk"), on: "node" },
  { type: "ZoneOutage", shape: "zone", title: () => gettext("Lose a zone"), on: "zone" },
  { type: "SlowRegistry", shape: "slow", title: () => gettext("Slow registry"), on: "registry" },
];

export function Break() {
  void version.value;
  const workers = [...nodes.values()].filter((node) => !node.taints.some(({ key }) => key === "node-role.kubernetes.io/control-plane")).sort((a, b) => natural(a.name, b.name));
  const [chosen, choose] = useState("");
  const [going, setGoing] = useState<Fault[]>([]);
  const [problem, setProblem] = useState("");
  const looked = selection.value?.startsWith("nodes//") ? selection.value.slice(7) : "";
  const node = nodes.get(chosen) ?? nodes.get(looked) ?? workers[0];
  const step = shown.value?.step;
  const phase = shown.value?.phase;
  const look = (): Promise<void> =>
    getJson<{ items: Fault[] }>(objectUrl(FAULTS, "")).then(({ items }) => setGoing(items)).catch((error: Error) => setProblem(error.message));
  useEffect(() => void look(), [step, phase]);
  const act = (work: Promise<unknown>): void => {
    setProblem("");
    void work.then(look).catch((error: Error) => setProblem(error.message));
  };
  const start = (sort: Sort): void => {
    const target = sort.on === "node" ? { nodeName: node!.name } : sort.on === "zone" ? { zone: node!.zone } : undefined;
    const spec = target ? { type: sort.type, target } : { type: sort.type };
    const name = `${sort.type.toLowerCase()}-${Date.now().toString(36)}`;
    act(send("POST", objectUrl(FAULTS, ""), { apiVersion: "sim.k8sviz.io/v1", kind: "Fault", metadata: { name }, spec }));
  };
  if (!node) return null;
  return (
    <section class="break" aria-label={gettext("Break it")}>
      <header>
        <h2>{gettext("Break it")}</h2>
        <select aria-label={gettext("Which node")} value={node.name} onChange={(event) => choose((event.currentTarget as HTMLSelectElement).value)}>
          {workers.map((one) => (
            <option key={one.name}>{one.name}</option>
          ))}
        </select>
      </header>
      <div class="faults">
        {SORTS.map((sort) => (
          <button key={sort.type} class="button" disabled={sort.on === "zone" && !node.zone} title={sort.on === "registry" ? sort.type : `${sort.type}: ${sort.on === "zone" ? node.zone : node.name}`} onClick={() => start(sort)}>
            <Icon path={SHAPES[sort.shape]} />
            {sort.title()}
          </button>
        ))}
      </div>
      {going.map(({ metadata, spec }) => (
        <p key={metadata.name} class="going">
          <span>{fill(gettext("%(what)s on %(where)s"), { what: spec.type, where: spec.target?.nodeName ?? spec.target?.zone ?? "*" })}</span>
          <button class="button" onClick={() => act(send("DELETE", objectUrl(FAULTS, "", metadata.name), {}))}>
            {gettext("Mend")}
          </button>
        </p>
      ))}
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
