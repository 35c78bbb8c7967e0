// The panel on the right: the carried pod's form, the selected object, or the cluster as a whole.
import { useEffect, useState } from "preact/hooks";
import { select, selected, selection, showTab, tab, type Tab } from "../app/state";
import { draft } from "../carry/carry";
import { bundle } from "../build/bundle";
import { Form } from "../build/Form";
import { useUndrawn } from "../build/undrawn";
import { gettext } from "../i18n/i18n";
import { isEvent, isNode, isPod, type Sketch } from "../live/protocol";
import { lookNear } from "../live/near";
import { connection } from "../live/socket";
import { nameParts, phaseWord, pressures, trouble } from "../live/words";
import { Cgroups } from "../node/Cgroups";
import { Pressure } from "../node/Pressure";
import { Icon } from "../parts/Icon";
import { later } from "../parts/Later";
import { kindIcon } from "../parts/glyphs";
import { PodTile } from "../parts/PodTile";
import { Tabs } from "../parts/Tabs";
import { Anatomy } from "../pod/Anatomy";
import { Logs } from "../pod/Logs";
import { PageLink } from "../pod/PageLink";
import { Probes } from "../pod/Probes";
import { Actions } from "./Actions";
import { ClusterPanel } from "./ClusterPanel";
import { Events } from "./Events";
import { Overview } from "./Overview";
import { Scheduling } from "./Scheduling";
import { Why } from "./Why";
import { YamlTab } from "./YamlTab";
import "./inspector.css";

const Documents = later(() => import("../build/Documents").then((all) => all.Documents));

export function Inspector() {
  const held = draft.value;
  const sources = bundle.value;
  const object = selected.value;
  const id = selection.value;
  useEffect(() => {
    const [resource, namespace, name] = id?.split("/") ?? [];
    lookNear(resource === "nodes" && name ? [name] : [], "selected", resource === "pods" ? [`${namespace}/${name}`] : []);
  }, [id]);
  return (
    <aside class={`inspector${held || sources || id ? " open" : ""}`} aria-label={gettext("Inspector")}>
      {held ? <Form held={held} /> : sources ? <Documents sources={sources} /> : object ? <ObjectPanel key={object.id} object={object} /> : connection.value.state === "loading" ? <p class="hint">{gettext("Loading the cluster")}</p> : <NotOnTheMap />}
    </aside>
  );
}

function NotOnTheMap() {
  const id = selection.value;
  return id ? <Undrawn key={`undrawn ${id}`} id={id} /> : <ClusterPanel />;
}

const TABS: { name: Tab; title: () => string; Panel: (props: { object: Sketch }) => preact.ComponentChild; for?: (object: Sketch) => boolean }[] = [
  { name: "overview", title: () => gettext("Overview"), Panel: Overview },
  { name: "why", title: () => gettext("Why"), Panel: Why },
  { name: "anatomy", title: () => gettext("Anatomy"), Panel: Anatomy, for: isPod },
  { name: "probes", title: () => gettext("Probes"), Panel: Probes, for: isPod },
  { name: "logs", title: () => gettext("Logs"), Panel: Logs, for: isPod },
  { name: "cgroups", title: () => "cgroups", Panel: Cgroups, for: isNode },
  { name: "pressure", title: () => gettext("Pressure"), Panel: Pressure, for: isNode },
  { name: "scheduling", title: () => gettext("Scheduling"), Panel: Scheduling, for: isPod },
  { name: "yaml", title: () => "YAML", Panel: YamlTab },
  { name: "events", title: () => gettext("Events"), Panel: Events },
];

function ObjectPanel({ object }: { object: Sketch }) {
  const tabs = TABS.filter((one) => one.for?.(object) ?? true);
  const shown = tabs.find((one) => one.name === tab.value) ?? tabs[0]!;
  return (
    <>
      <header class="subject" data-object={object.id}>
        <span class="plinth">{isPod(object) ? <PodTile pod={object} size={32} /> : <Icon name={kindIcon(object.resource)} size={24} />}</span>
        <div>
          <h2 title={nameParts(object)[0]}>{nameParts(object)[0]}</h2>
          <p class="mono" title={object.name}>
            {nameParts(object)[1] ? object.name : object.kind}
          </p>
          <StateLine object={object} />
        </div>
        <button class="icon-button" aria-label={gettext("Close")} onClick={() => select(null)}>
          <Icon name="close" />
        </button>
      </header>
      <Tabs
        label={gettext("About this object")}
        tabs={tabs.map(({ name, title }) => ({ name, title: title() }))}
        current={shown.name}
        onChange={(name) => showTab(name as Tab)}
      />
      <div class="panel" role="tabpanel" tabIndex={0}>
        {isPod(object) && <PageLink id={object.id} />}
        <shown.Panel object={object} />
      </div>
      {!isEvent(object) && <Actions object={object} />}
    </>
  );
}

function StateLine({ object }: { object: Sketch }) {
  if (isPod(object)) {
    const wrong = trouble(object);
    const tone = wrong ? "bad" : object.phase === "Pending" ? "warn" : object.phase === "Running" || object.phase === "Succeeded" ? "good" : "";
    const state = object.status === object.phase ? phaseWord(object.phase) : `${phaseWord(object.phase)} · ${object.status}`;
    return (
      <p>
        <b class={tone}>{state}</b>
      </p>
    );
  }
  if (isNode(object))
    return (
      <p>
        {object.ready ? <b class="good">{gettext("Ready")}</b> : <b class="bad">{gettext("not ready")}</b>}
        {object.unschedulable && ` · ${gettext("cordoned")}`}
        {pressures(object).map((type) => (
          <b key={type} class="bad">{` · ${type}`}</b>
        ))}
      </p>
    );
  return <p>{object.namespace || gettext("whole cluster")}</p>;
}

/** What the map does not draw is asked for. */
function Undrawn({ id }: { id: string }) {
  const found = useUndrawn(id);
  if (found === undefined) return null;
  return found ? <ObjectPanel object={found} /> : <Missing id={id} />;
}

/** The address, or a link, leads to something that is gone: its past can still be asked for. */
function Missing({ id }: { id: string }) {
  const [resource = "", namespace = "", name = ""] = id.split("/");
  const [asked, ask] = useState(tab.value === "why");
  return (
    <>
      <header class="subject">
        <span class="plinth">
          <Icon name={kindIcon(resource)} size={24} />
        </span>
        <div>
          <h2 title={name}>{name}</h2>
          <p class="mono">{namespace}</p>
          <p>{gettext("no longer there")}</p>
        </div>
        <button class="icon-button" aria-label={gettext("Close")} onClick={() => select(null)}>
          <Icon name="close" />
        </button>
      </header>
      <div class="panel">
        {asked ? (
          <Why object={{ id, resource, namespace, name, kind: "", uid: "", revision: 0 }} />
        ) : (
          <p class="hint">
            {gettext("This object was deleted.")}{" "}
            <button class="link" onClick={() => ask(true)}>
              {gettext("Why?")}
            </button>
          </p>
        )}
      </div>
    </>
  );
}
