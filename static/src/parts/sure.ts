// What cannot be taken back takes a second click within a few seconds.
import { useEffect, useState } from "preact/hooks";

const SURE_FOR = 4000; // ms in which the second click counts

/** [whether the next click does it, what a click does]. */
export function useSure(): [boolean, (act: () => void) => void] {
  const [sure, setSure] = useState(false);
  useEffect(() => {
    if (!sure) return undefined;
    const timer = setTimeout(() => setSure(false), SURE_FOR);
    return () => clearTimeout(timer);
  }, [sure]);
  const click = (act: () => void): void => {
    setSure(!sure);
    if (sure) act();
  };
  return [sure, click];
}
