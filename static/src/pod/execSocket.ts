// A process in a container, over the API's own `exec`: the channels of v5.channel.k8s.io, as kubectl speaks them.
import { gettext } from "../i18n/i18n";
import { getText, objectUrl, Refusal } from "../live/http";
import type { Sketch } from "../live/protocol";

const PROTOCOL = "v5.channel.k8s.io";
const [STDIN, STDOUT, STDERR, ERROR] = [0, 1, 2, 3];
const CLOSE = 255;
const NOT_UPGRADED = /Upgrade request required/;

export interface Heard {
  output: (text: string, isError: boolean) => void;
  /** code: the exit code, null where the process could not be served; words: why. */
  ended: (code: number | null, words: string) => void;
}

export interface Running {
  type: (text: string) => void;
  endInput: () => void;
  stop: () => void;
}

interface Status {
  status: string;
  message?: string;
  details?: { causes?: { reason?: string; message?: string }[] };
}

export function execute(pod: Sketch, container: string, command: string[], tty: boolean, heard: Heard): Running {
  const query = new URLSearchParams({ container, stdout: "true", stdin: String(tty), tty: String(tty), stderr: String(!tty) });
  for (const word of command) query.append("command", word);
  const path = `${objectUrl(pod.resource, pod.namespace, pod.name)}/exec?${query}`;
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`, [PROTOCOL]);
  socket.binaryType = "arraybuffer";
  const decoders = { [STDOUT]: new TextDecoder(), [STDERR]: new TextDecoder() };
  const encoder = new TextEncoder();
  let [opened, over] = [false, false];
  const end = (code: number | null, words: string): void => {
    if (over) return;
    over = true;
    heard.ended(code, words);
  };
  const early: Uint8Array<ArrayBuffer>[] = []; // what was typed before the connection stood
  const send = (channel: number, data: Uint8Array): void => {
    const message = Uint8Array.from([channel, ...data]);
    if (socket.readyState === WebSocket.OPEN) socket.send(message);
    else if (!opened) early.push(message);
  };
  socket.onopen = () => {
    opened = true;
    for (const message of early.splice(0)) socket.send(message);
  };
  socket.onmessage = (event) => {
    const message = new Uint8Array(event.data as ArrayBuffer);
    const [channel = CLOSE, data] = [message[0], message.subarray(1)];
    if (channel === ERROR && data.length) end(...outcomeOf(JSON.parse(new TextDecoder().decode(data)) as Status));
    else if ((channel === STDOUT || channel === STDERR) && data.length) heard.output(decoders[channel]!.decode(data, { stream: true }), channel === STDERR);
  };
  socket.onclose = () => {
    if (over) return;
    if (opened) end(null, gettext("The connection ended before the process did."));
    else void refusalOf(path).then((words) => end(null, words));
  };
  return {
    type: (text) => send(STDIN, encoder.encode(text)),
    endInput: () => send(CLOSE, Uint8Array.from([STDIN])),
    stop: () => {
      over = true;
      socket.close();
    },
  };
}

function outcomeOf(status: Status): [number | null, string] {
  if (status.status === "Success") return [0, ""];
  const code = status.details?.causes?.find((one) => one.reason === "ExitCode")?.message;
  return code === undefined ? [null, status.message ?? ""] : [Number(code), ""];
}

/** A browser does not tell why a handshake was refused: the same question without the handshake does. */
async function refusalOf(path: string): Promise<string> {
  try {
    await getText(path, "application/json");
  } catch (error) {
    if (error instanceof Refusal && !NOT_UPGRADED.test(error.message)) return error.message;
  }
  return gettext("The connection could not be made.");
}

/** The words of a line as a shell would part them, null where a quote is not closed. Nothing is expanded. */
export function wordsOf(line: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = "";
  for (let n = 0; n < line.length; n++) {
    const letter = line[n]!;
    if (quote) {
      if (letter === quote) quote = "";
      else if (letter === "\\" && quote === '"' && /["\\$`]/.test(line[n + 1] ?? "")) word += line[++n]!;
      else word += letter;
    } else if (letter === "'" || letter === '"') {
      quote = letter;
      word ??= "";
    } else if (letter === "\\" && n + 1 < line.length) word = (word ?? "") + line[++n]!;
    else if (/\s/.test(letter)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + letter;
  }
  if (quote) return null;
  if (word !== null) words.push(word);
  return words;
}

const ESCAPES = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;

/** What a terminal would show as text: without colours and jumps of the cursor. */
export const plain = (text: string): string => text.replace(ESCAPES, "").replace(/\r\n/g, "\n").replace(/\x07/g, "");
