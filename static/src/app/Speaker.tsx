// Speaks the changes to those who do not see them: a summary at most every three seconds.
import { effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { aim, verdicts } from "../carry/carry";
import { gettext, fill } from "../i18n/i18n";
import { isPod } from "../live/protocol";
import { onChanges } from "../live/store";
import { phaseWord, trouble } from "../live/words";

const EVERY = 3000; // ms
const MOST = 3; // pods named in one sentence

export function Speaker() {
  const [text, setText] = useState("");
  useEffect(() => {
    const heard = new Map<string, string>();
    let timer = 0;
    const speak = (): void => {
      timer = 0;
      const lines = [...heard.values()];
      heard.clear();
      const more = lines.length - MOST;
      const rest = more > 0 ? [fill(gettext("And %(n)s more changes."), { n: more })] : [];
      setText([...lines.slice(0, MOST), ...rest].join(". "));
    };
    const end = onChanges((changes) => {
      for (const { before, after } of changes) {
        if (!after || !isPod(after)) continue;
        const was = before && isPod(before) ? before : undefined;
        if (was?.phase === after.phase && was.node === after.node && trouble(was) === trouble(after)) continue;
        const what = trouble(after) || phaseWord(after.phase);
        heard.set(after.id, after.node
          ? fill(gettext("Pod %(name)s on %(node)s: %(what)s"), { name: after.name, node: after.node, what })
          : fill(gettext("Pod %(name)s: %(what)s"), { name: after.name, what }));
      }
      if (heard.size && !timer) timer = window.setTimeout(speak, EVERY);
    });
    const endAim = effect(() => {
      const node = aim.value;
      const verdict = node === null ? undefined : verdicts.value?.get(node);
      if (verdict) setText(verdict.feasible ? fill(gettext("%(node)s fits"), { node: verdict.name }) : fill(gettext("%(node)s: refused by %(plugin)s, %(reasons)s"), { node: verdict.name, plugin: verdict.plugin ?? "", reasons: verdict.reasons.join(", ") }));
    });
    return () => {
      endAim();
      end();
      clearTimeout(timer);
    };
  }, []);
  return (
    <div class="hidden-text" role="status">
      {text}
    </div>
  );
}
