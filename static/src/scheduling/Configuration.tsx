// The configuration that the scheduler runs with: to read, edit, check, apply, and give back.
import { useEffect, useState } from "preact/hooks";
import { gettext } from "../i18n/i18n";
import { useSure } from "../parts/sure";
import { apply, backToDefault, check, type Mistake, type Profile } from "./doors";
import { Policies } from "./Policies";
import { Profiles } from "./Profiles";
import { ask, useScheduler } from "./queue";
import { TextEditor } from "../editor/TextEditor";

const PAUSE = 400; // ms after the last key
const NOTHING: Mistake[] = [];

export function Configuration() {
  const running = useScheduler();
  const [text, setText] = useState<string | null>(null); // null: as it runs
  const [found, setFound] = useState<{ errors: Mistake[]; profiles: Profile[] } | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [sure, really] = useSure();
  useEffect(() => {
    setFound(null);
    if (text === null) return undefined;
    let mine = true;
    const timer = setTimeout(() => {
      check(text)
        .then((answer) => mine && setFound(answer))
        .catch((error: Error) => mine && setProblem(error.message));
    }, PAUSE);
    return () => {
      mine = false;
      clearTimeout(timer);
    };
  }, [text]);
  if (!running) return <p class="hint">{gettext("Asking…")}</p>;
  const act = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem("");
    try {
      await work();
      setText(null);
      await ask();
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  const fine = found !== null && found.errors.length === 0;
  return (
    <div class="configuration">
      <Source source={running.source} error={running.error} />
      <TextEditor label={gettext("The scheduler's configuration")} text={text ?? running.configuration} mistakes={found?.errors ?? NOTHING} onChange={(changed) => setText(changed === running.configuration ? null : changed)} />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="buttons">
        <button class="button solid" disabled={busy || text === null || !fine} onClick={() => void act(() => apply(text!))}>
          {gettext("Apply")}
        </button>
        <button class="button" disabled={busy || text === null} onClick={() => setText(null)}>
          {gettext("Discard")}
        </button>
        <button class={sure ? "button danger" : "button"} disabled={busy || running.source === "default"} onClick={() => really(() => void act(backToDefault))}>
          {sure ? gettext("Click again for the default") : gettext("Back to the default")}
        </button>
        <span role="status" class={fine ? "good" : "quiet"}>
          {text === null ? "" : found === null ? gettext("Checking…") : fine ? gettext("Nothing is wrong with it.") : ""}
        </span>
      </div>
      <Profiles profiles={fine ? found.profiles : running.profiles} edited={fine} />
      <Policies policies={running.policies} />
    </div>
  );
}

function Source({ source, error }: { source: string; error: string | null }) {
  const words = {
    default: gettext("The scheduler runs with its defaults: there is no ConfigMap kube-system/kube-scheduler-config."),
    configmap: gettext("The scheduler runs with ConfigMap kube-system/kube-scheduler-config, key config.yaml."),
    refused: gettext("ConfigMap kube-system/kube-scheduler-config was refused; the scheduler goes on as before."),
  };
  return (
    <>
      <p class={source === "refused" ? "bad" : ""}>{words[source as keyof typeof words]}</p>
      {error && (
        <p class="problem" role="alert">
          {error}
        </p>
      )}
    </>
  );
}
