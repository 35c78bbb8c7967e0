// An answer of the server that is kept fresh: asked again when the object changes, while its clock moves, and for another instant.
import { useEffect, useState } from "preact/hooks";
import { useCalm } from "./calm";
import { pictured, shownNow } from "./clock";
import type { Micros } from "./protocol";

const EVERY = 2000; // ms between two looks at the clock
const CALM = 250; // ms between two questions while somebody goes through the past

export interface Fresh<T> {
  told: T | null;
  problem: string;
}

/** The instant of the past that questions are about, null for the present. */
export const useInstant = (): Micros | null => useCalm(pictured.value, CALM);

/** `about`: what the answer is about; when it changes, the question is put again. */
export function useFresh<T>(ask: () => Promise<T>, about: string): Fresh<T> {
  const [answer, setAnswer] = useState<Fresh<T>>({ told: null, problem: "" });
  const instant = useInstant();
  useEffect(() => {
    let mine = true;
    let asking = false;
    let asked = -1;
    const look = (): void => {
      const now = shownNow();
      if (asking || now === asked || document.hidden) return;
      asking = true;
      asked = now;
      ask()
        .then((told) => mine && setAnswer({ told, problem: "" }))
        .catch((error: Error) => mine && setAnswer((before) => ({ ...before, problem: error.message })))
        .finally(() => (asking = false));
    };
    look();
    const timer = setInterval(look, EVERY);
    return () => {
      mine = false;
      clearInterval(timer);
    };
  }, [about, instant]);
  return answer;
}
