// A pod taken apart: its sandbox with the namespaces, the containers inside, the volumes that they share.
import { useState } from "preact/hooks";
import { fill, gettext } from "../i18n/i18n";
import { shownNow, span } from "../live/clock";
import { useFresh } from "../live/fresh";
import type { Sketch } from "../live/protocol";
import { cpuQuantity, memoryQuantity } from "../live/words";
import { cpuMax, memoryMax, type Cgroup } from "../node/doors";
import { Use } from "../node/Use";
import { ContainerBox } from "./ContainerBox";
import { anatomyOf, micros, type Anatomy as Told, type Namespace, type Sandbox, type Volume } from "./doors";
import { ownerOfNamespace, stepWord, volumeText } from "./words";
import "../node/node.css";
import "./pod.css";

const LEAST = 1; // seconds of probes: they are not shown here

export function Anatomy({ object }: { object: Sketch }) {
  const { told, problem } = useFresh(() => anatomyOf(object, LEAST), `${object.id} ${object.revision}`);
  return (
    <>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {!told && !problem && <p class="hint">{gettext("Asking…")}</p>}
      {told && <PodBox told={told} />}
    </>
  );
}

export function PodBox({ told }: { told: Told }) {
  const [lit, light] = useState("");
  return (
    <section class="anatomy box pod-box" aria-label={gettext("The pod, taken apart")}>
      <h3>
        {gettext("Pod")} <span class="quiet">{told.qos}</span>
      </h3>
      {told.cgroup && <PodUse group={told.cgroup} />}
      {told.volumes.length > 0 && (
        <ul class="volumes" aria-label={gettext("Volumes")}>
          {told.volumes.map((volume) => (
            <li key={volume.name}>
              <VolumeChip volume={volume} lit={lit === volume.name} onClick={() => light(lit === volume.name ? "" : volume.name)} />
            </li>
          ))}
        </ul>
      )}
      <div class={told.sandbox.exists ? "box sandbox" : "box sandbox missing"}>
        <SandboxHead sandbox={told.sandbox} />
        <ul class="inside" aria-label={gettext("Containers")}>
          {told.containers.map((container) => (
            <ContainerBox key={container.name} container={container} lit={lit} />
          ))}
        </ul>
      </div>
    </section>
  );
}

function PodUse({ group }: { group: Cgroup }) {
  return (
    <>
      <Use name="CPU" used={group.millicores} most={cpuMax(group)} whole={1000} words={(n) => cpuQuantity(Math.round(n))} />
      <Use name={gettext("Memory")} used={group.memory} most={memoryMax(group)} whole={2 ** 30} words={memoryQuantity} />
    </>
  );
}

function VolumeChip({ volume, lit, onClick }: { volume: Volume; lit: boolean; onClick: () => void }) {
  return (
    <button class="chip volume" aria-pressed={lit} onClick={onClick} title={gettext("Show who mounts it")}>
      <b>{volume.name}</b> <span>{volumeText(volume)}</span>
    </button>
  );
}

const NAMESPACES: Namespace[] = ["network", "ipc", "uts", "pid"];
const OWNERS = ["pod", "container", "node"] as const;

function SandboxHead({ sandbox }: { sandbox: Sandbox }) {
  const left = sandbox.stepAt ? micros(sandbox.stepAt) - shownNow() : 0;
  const word = stepWord(sandbox.step);
  return (
    <>
      <h4>
        {gettext("Sandbox")} <span class="mono">{sandbox.exists ? sandbox.ip : gettext("none yet")}</span>
      </h4>
      {sandbox.exists && <p class="mono image">{sandbox.image}</p>}
      {word && <p class="quiet">{left > 0 ? fill(gettext("%(step)s, for another %(time)s"), { step: word, time: span(left) }) : word}</p>}
      <dl class="namespaces" aria-label={gettext("Namespaces")}>
        {OWNERS.map((owner) => {
          const held = NAMESPACES.filter((name) => sandbox.namespaces[name] === owner);
          if (!held.length) return null;
          return (
            <div key={owner}>
              <dt>{ownerOfNamespace(owner)}</dt>
              {held.map((name) => (
                <dd key={name} class={`chip ${owner}`}>
                  {name}
                </dd>
              ))}
            </div>
          );
        })}
      </dl>
    </>
  );
}
