// A Deployment, ReplicaSet or DaemonSet: wished for and there, and the number of replicas to change.
import { useState } from "preact/hooks";
import { gettext } from "../i18n/i18n";
import { objectUrl, Refusal, send } from "../live/http";
import { isPod, type PodSketch, type Sketch, type WorkloadSketch } from "../live/protocol";
import { ownedBy, version } from "../live/store";
import { Icon } from "../parts/Icon";
import { showWorkload } from "../workloads/subject";
import { Fact, Labels, ObjectLink, Owners, PodList } from "./parts";

export function WorkloadOverview({ workload }: { workload: WorkloadSketch }) {
  void version.value;
  const children = ownedBy(workload);
  const sets = children.filter((child) => child.resource === "replicasets.apps") as WorkloadSketch[];
  const pods = [...children, ...sets.flatMap(ownedBy)].filter((child: Sketch): child is PodSketch => isPod(child));
  const scales = workload.resource === "deployments.apps" || (workload.resource === "replicasets.apps" && !workload.owner);
  return (
    <>
      {scales && <Scale workload={workload} />}
      <p class="to-rollout">
        <button class="link" onClick={() => showWorkload(workload)}>
          {gettext("Rollout, history and owners")}
        </button>
      </p>
      <dl class="facts">
        <Fact name={gettext("Namespace")}>{workload.namespace}</Fact>
        <Owners object={workload} />
        <Fact name={gettext("Desired")}>{workload.desired}</Fact>
        <Fact name={gettext("Ready")}>{workload.ready}</Fact>
        <Fact name={gettext("Up to date")}>{workload.updated}</Fact>
        <Fact name={gettext("Available")}>{workload.available}</Fact>
      </dl>
      {sets.length > 0 && (
        <section class="section">
          <h3>ReplicaSets</h3>
          <dl class="facts tight">
            {sets.map((set) => (
              <div key={set.id}>
                <dt>
                  <ObjectLink object={set} />
                </dt>
                <dd>{`${set.ready} / ${set.desired}`}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <PodList pods={pods} />
      <Labels labels={workload.labels} />
    </>
  );
}

function Scale({ workload }: { workload: WorkloadSketch }) {
  const [problem, setProblem] = useState("");
  const to = async (replicas: number): Promise<void> => {
    try {
      setProblem("");
      const url = `${objectUrl(workload.resource, workload.namespace, workload.name)}/scale`;
      await send("PATCH", url, { spec: { replicas } }, "application/merge-patch+json");
    } catch (error) {
      setProblem(error instanceof Refusal ? error.message : String(error));
    }
  };
  const { desired } = workload;
  return (
    <>
      <div class="scale" role="group" aria-label={gettext("Replicas")}>
        <span>{gettext("Replicas")}</span>
        <button class="icon-button" disabled={desired <= 0} aria-label={gettext("One less")} onClick={() => void to(desired - 1)}>
          <Icon name="minus" />
        </button>
        <output>{desired}</output>
        <button class="icon-button" aria-label={gettext("One more")} onClick={() => void to(desired + 1)}>
          <Icon name="plus" />
        </button>
      </div>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
