// What there is to say about an object at a glance; each kind has its own page, registered here once.
import { gettext } from "../i18n/i18n";
import { isEvent, isNode, isPod, isWorkload, type Sketch } from "../live/protocol";
import { EventOverview } from "./EventOverview";
import { NodeOverview } from "./NodeOverview";
import { Fact, Labels, Owners } from "./parts";
import { PodOverview } from "./PodOverview";
import { ServiceOverview } from "./ServiceOverview";
import { WorkloadOverview } from "./WorkloadOverview";
import type { ServiceSketch } from "../live/protocol";

export function Overview({ object }: { object: Sketch }) {
  if (isPod(object)) return <PodOverview pod={object} />;
  if (isNode(object)) return <NodeOverview node={object} />;
  if (isEvent(object)) return <EventOverview event={object} />;
  if (isWorkload(object)) return <WorkloadOverview workload={object} />;
  if (object.resource === "services") return <ServiceOverview service={object as ServiceSketch} />;
  return (
    <>
      <dl class="facts">
        <Fact name={gettext("Kind")}>{object.kind}</Fact>
        {object.namespace && <Fact name={gettext("Namespace")}>{object.namespace}</Fact>}
        <Owners object={object} />
        <Fact name={gettext("Revision")}>{object.revision}</Fact>
      </dl>
      <Labels labels={object.labels} />
    </>
  );
}
