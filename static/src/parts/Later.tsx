// A component whose code comes when it is first shown.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let known: ComponentType<P> | null = null;
  return function Later(props: P) {
    const [Shown, show] = useState<{ it: ComponentType<P> } | null>(known && { it: known });
    useEffect(() => {
      if (Shown) return;
      void load().then((it) => {
        known = it;
        show({ it });
      });
    }, []);
    return Shown && <Shown.it {...props} />;
  };
}
