// The object as `kubectl get -o yaml` would show it, without managedFields, kept fresh; to be edited, and exported.
import { useEffect, useRef, useState } from "preact/hooks";
import { gettext, fill } from "../i18n/i18n";
import { getText, objectUrl } from "../live/http";
import type { Sketch } from "../live/protocol";
import type { Editor } from "../editor/editor";
import { Above } from "../build/Above";
import { isEvent } from "../live/protocol";
import { later } from "../parts/Later";

const Editing = later(() => import("../build/Editing").then((all) => all.Editing));

export function YamlTab({ object }: { object: Sketch }) {
  const [edits, setEdits] = useState(false);
  useEffect(() => setEdits(false), [object.id]);
  if (edits) return <Editing object={object} done={() => setEdits(false)} />;
  return (
    <>
      {!isEvent(object) && <Above object={object} edit={() => setEdits(true)} />}
      <Reading object={object} />
    </>
  );
}

function Reading({ object }: { object: Sketch }) {
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
