// The doors of the terminal on the server.
import { config } from "../app/config";
import { gettext } from "../i18n/i18n";
import { past } from "../live/clock";
import { Refusal, send } from "../live/http";

export type Link = [line: number, start: number, length: number, id: string];

export interface Answer {
  out: string;
  err: string;
  code: number;
  rest: string; // what is still to be run
  links: Link[];
  state: string | null; // the command goes on: ask again with this
  incomplete: boolean; // more lines are to come
  namespace: string | null;
  hint: string;
  fetch: string;
}

export interface Choices {
  start: number;
  choices: string[];
}

const door = `/c/${config.cluster}/terminal`;
export const KUBECONFIG = `${door}/kubeconfig`;

/** Of the present alone: what is typed while the past is shown is refused, lest it change what nobody sees. */
export async function run(text: string, namespace: string, state: string | null): Promise<Answer> {
  if (past.peek() !== null) throw new Refusal(gettext("The terminal works in the present. Go to now, or branch here."), "Past", 409);
  return send("POST", door, { text, namespace, state });
}

export const complete = (line: string, at: number, namespace: string): Promise<Choices> => send("POST", `${door}/complete`, { line, at, namespace });
