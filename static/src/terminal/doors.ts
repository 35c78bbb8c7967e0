// The doors of the terminal on the server.
import { config } from "../app/config";
import { send } from "../live/http";

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

export const run = (text: string, namespace: string, state: string | null): Promise<Answer> => send("POST", door, { text, namespace, state });

export const complete = (line: string, at: number, namespace: string): Promise<Choices> => send("POST", `${door}/complete`, { line, at, namespace });
