// A question that is put to the server again when what it asks changes, after a short pause for whoever still writes.
import { useEffect, useState } from "preact/hooks";
import { Refusal } from "./http";

const PAUSE = 400; // ms after the last key

export interface Fault {
  field: string;
  message: string;
}

export interface Asked<T> {
  told: T | null; // the last answer that made sense
  problem: string;
  faults: Fault[];
  busy: boolean;
}

export const faultsOf = (error: unknown): Fault[] => (error instanceof Refusal ? ((error.told.errors as Fault[] | undefined) ?? []) : []);

/** `about`: what the question is made of. `now`: it is put without a pause. */
export function useAsked<T>(ask: () => Promise<T>, about: unknown[], now: boolean): Asked<T> {
  const [answer, setAnswer] = useState<Asked<T>>({ told: null, problem: "", faults: [], busy: true });
  useEffect(() => {
    let mine = true;
    setAnswer((before) => ({ ...before, busy: true }));
    const timer = setTimeout(
      () => {
        ask()
          .then((told) => mine && setAnswer({ told, problem: "", faults: [], busy: false }))
          .catch((error: Error) => {
            const faults = faultsOf(error);
            if (mine) setAnswer((before) => ({ ...before, faults, problem: faults.length ? "" : error.message, busy: false }));
          });
      },
      now ? 0 : PAUSE,
    );
    return () => {
      mine = false;
      clearTimeout(timer);
    };
  }, about);
  return answer;
}
