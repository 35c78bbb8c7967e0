// Orders to the clock, one after the other, with what went wrong with the last.
import { signal } from "@preact/signals";
import { control, Refusal, type Control } from "../live/http";

export const orderProblem = signal("");

let last: Promise<void> = Promise.resolve();

export function order(what: Control): void {
  last = last
    .then(() => control(what))
    .then(() => {
      orderProblem.value = "";
    })
    .catch((problem: unknown) => {
      orderProblem.value = problem instanceof Refusal ? problem.message : String(problem);
    });
}
