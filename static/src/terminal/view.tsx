// The Terminal view: kubectl's commands, typed in the page and answered as kubectl answers.
import { fill, gettext } from "../i18n/i18n";
import { Input } from "./Input";
import { Output } from "./Output";
import { blocks, clear, namespace } from "./session";
import "./terminal.css";

const EXAMPLES = ["kubectl get pods -A", "kubectl create deployment web --image=nginx --replicas=3", "kubectl rollout status deployment/web", "kubectl describe nodes"];

function TerminalView() {
  return (
    <div class="terminal-view">
      <header class="terminal-head">
        <h2>{gettext("Terminal")}</h2>
        <span class="quiet">{fill(gettext("namespace %(name)s"), { name: namespace.value })}</span>
        <button class="button on-board" disabled={!blocks.value.length} onClick={copy}>
          {gettext("Copy output")}
        </button>
        <button class="button on-board" disabled={!blocks.value.length} onClick={clear}>
          {gettext("Clear")}
        </button>
      </header>
      {blocks.value.length ? <Output /> : <Welcome />}
      <Input />
    </div>
  );
}

function Welcome() {
  return (
    <div class="terminal-output terminal-welcome" role="log" aria-label={gettext("Output")} tabIndex={0}>
      <p>{gettext("Type kubectl commands: they ask this cluster what the real kubectl would ask it, and answer in its words.")}</p>
      <p>{gettext("The word kubectl may be left out, or written k. Manifests go into a here-document: kubectl apply -f - <<EOF")}</p>
      <p>{gettext("For example:")}</p>
      <ul>
        {EXAMPLES.map((line) => (
          <li key={line}>
            <code>{line}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

function copy(): void {
  const text = blocks.value.map((block) => `${block.prompt} ${block.line}\n${block.parts.map((part) => part.text).join("")}`).join("");
  void navigator.clipboard?.writeText(text);
}

export { TerminalView as Component };
