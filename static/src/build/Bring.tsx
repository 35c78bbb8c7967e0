// The ways in for manifests that are there already: paste them, drop them onto the page, or open files.
import { useEffect, useRef, useState } from "preact/hooks";
import { gettext } from "../i18n/i18n";
import { Icon } from "../parts/Icon";
import { bring, bundle } from "./bundle";
import { dropped, textsOf } from "./files";

const isText = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable], .editor") !== null;

/** What looks like a manifest, and not like something that was meant for another program. */
const looksRight = (text: string): boolean => /^\s*["']?(apiVersion|kind)["']?\s*:/m.test(text);

export function Bring() {
  const chooser = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState("");
  const [over, setOver] = useState(false);
  const take = async (files: { path: string; file: File }[]): Promise<void> => {
    setProblem("");
    try {
      const { sources } = await textsOf(files);
      if (sources.length) bring(sources);
      else setProblem(gettext("No .yaml, .yml or .json files of at most 3 MiB in there."));
    } catch (error) {
      setProblem(String(error));
    }
  };
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (isText(event.target) || !text.trim()) return;
      event.preventDefault();
      if (looksRight(text)) bring([{ name: gettext("pasted"), text }]);
      else setProblem(gettext("What was pasted is no manifest: it has no apiVersion or kind."));
    };
    const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    const drag = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      void dropped(event.dataTransfer!).then(take, (error: unknown) => setProblem(String(error)));
    };
    addEventListener("paste", paste);
    addEventListener("dragover", drag);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("paste", paste);
      removeEventListener("dragover", drag);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, []);
  return (
    <div class="bring">
      <button class="button" aria-pressed={bundle.value !== null} onClick={() => bring([{ name: gettext("new"), text: "" }])}>
        <Icon name="paste" size={14} />
        {gettext("YAML")}
      </button>
      <button class="button" onClick={() => chooser.current!.click()}>
        <Icon name="folder" size={14} />
        {gettext("Files")}
      </button>
      <input
        ref={chooser}
        type="file"
        hidden
        multiple
        accept=".yaml,.yml,.json"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])].map((file) => ({ path: file.name, file }));
          event.currentTarget.value = "";
          void take(files);
        }}
      />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {over && (
        <div class="drop-here" aria-hidden="true">
          <Icon name="folder" size={40} />
          <b>{gettext("Drop manifests here")}</b>
          <span>{gettext(".yaml, .yml, .json, several files or a folder")}</span>
        </div>
      )}
    </div>
  );
}
