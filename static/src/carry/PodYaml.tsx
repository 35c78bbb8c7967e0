// The carried pod as YAML: what is written here is what will be created. The editor and the parser load when first used.
import { useEffect, useRef, useState } from "preact/hooks";
import { gettext } from "../i18n/i18n";
import { change, draft } from "./carry";
import type { PodManifest } from "./manifest";

function looksLikePod(value: unknown): value is PodManifest {
  const pod = value as Partial<PodManifest> | null;
  return typeof pod === "object" && pod?.kind === "Pod" && typeof pod.metadata === "object" && Array.isArray(pod.spec?.containers);
}

export function PodYaml({ pod }: { pod: PodManifest }) {
  const place = useRef<HTMLDivElement>(null);
  const [wrong, setWrong] = useState("");
  useEffect(() => {
    let end = (): void => {};
    let ended = false;
    void import("../editor/editor").then(({ openEditor, parseYaml, writeYaml }) => {
      if (ended) return;
      end = openEditor(place.current!, {
        text: writeYaml(pod),
        label: gettext("The pod as YAML"),
        onChange: (text) => {
          const { value, problem } = parseYaml(text);
          if (problem) setWrong(problem);
          else if (!looksLikePod(value)) setWrong(gettext("This is no Pod: it needs kind: Pod, metadata and spec.containers."));
          else {
            setWrong("");
            if (draft.value) change(value);
          }
        },
      }).close;
    });
    return () => {
      ended = true;
      end();
    };
  }, []);
  return (
    <div class="yaml">
      <div class="editor" ref={place} />
      {wrong && (
        <p class="problem" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
