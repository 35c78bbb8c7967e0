// The object as `kubectl get -o yaml` would show it, read only, kept fresh.
import { useEffect, useRef, useState } from "preact/hooks";
import { gettext, fill } from "../i18n/i18n";
import { getText, objectUrl } from "../live/http";
import type { Sketch } from "../live/protocol";
import type { Editor } from "../editor/editor";

export function YamlTab({ object }: { object: Sketch }) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Promise<Editor> | null>(null);
  const [problem, setProblem] = useState("");

  useEffect(() => {
    let mine = true;
    getText(objectUrl(object.resource, object.namespace, object.name), "application/yaml")
      .then(async (text) => {
        if (!mine) return;
        setProblem("");
        editor.current ??= import("../editor/editor").then(({ openEditor }) =>
          openEditor(place.current!, { text, label: fill(gettext("%(name)s as YAML"), { name: object.name }) }),
        );
        (await editor.current).show(text);
      })
      .catch((error: Error) => mine && setProblem(error.message));
    return () => {
      mine = false;
    };
  }, [object.id, object.revision]);

  useEffect(() => () => void editor.current?.then((one) => one.close()), []);
  return (
    <div class="yaml whole">
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="editor" ref={place} />
    </div>
  );
}
