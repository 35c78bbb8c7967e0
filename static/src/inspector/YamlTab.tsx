// The object as `kubectl get -o yaml` would show it, without managedFields, read only, kept fresh.
import { useEffect, useRef, useState } from "preact/hooks";
import { gettext, fill } from "../i18n/i18n";
import { getText, objectUrl } from "../live/http";
import type { Sketch } from "../live/protocol";
import type { Editor } from "../editor/editor";

export function YamlTab({ object }: { object: Sketch }) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const [problem, setProblem] = useState("");

  useEffect(() => {
    let mine = true;
    getText(objectUrl(object.resource, object.namespace, object.name), "application/yaml")
      .then(async (text) => {
        if (!mine) return;
        setProblem("");
        const { openEditor, withoutManagedFields } = await import("../editor/editor");
        if (!mine || !place.current) return;
        const shown = withoutManagedFields(text);
        editor.current ??= openEditor(place.current, {
          text: shown,
          label: fill(gettext("%(name)s as YAML"), { name: object.name }),
        });
        editor.current.show(shown);
      })
      .catch((error: Error) => mine && setProblem(error.message));
    return () => {
      mine = false;
    };
  }, [object.id, object.revision]);

  useEffect(() => () => editor.current?.close(), []);
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
