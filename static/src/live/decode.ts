// A binary message: the length of its header, the header as JSON, then the arrays that the header lists. Each begins at a
// multiple of eight bytes. A long one comes in parts.
import type { Arrays, Told } from "./crowd";
import type { Message } from "./protocol";

const TYPES = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, float64: Float64Array } as const;
type Listed = [name: string, type: keyof typeof TYPES, length: number][];

const text = new TextDecoder();
const padded = (length: number): number => (length + 7) & ~7;

/** Puts the parts of binary messages together; a part's first byte says whether more follow. */
export class Decoder {
  private parts: Uint8Array[] = [];

  /** The message, once it is whole. */
  take(data: string | ArrayBuffer): Message | null {
    if (typeof data === "string") return JSON.parse(data) as Message;
    this.parts.push(new Uint8Array(data, 1));
    if (new Uint8Array(data, 0, 1)[0]) return null;
    const whole = new Uint8Array(this.parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.parts.splice(0)) {
      whole.set(part, at);
      at += part.length;
    }
    return decode(whole.buffer);
  }
}

function decode(data: ArrayBuffer): Message {
  const length = new DataView(data).getUint32(0, true);
  const said = JSON.parse(text.decode(new Uint8Array(data, 8, length))) as { arrays?: Listed; groups: Told["groups"]; nodes: string[] };
  if (!said.arrays) return said as unknown as Message;
  const arrays: Arrays = {};
  let at = 8 + padded(length);
  for (const [name, type, n] of said.arrays) {
    arrays[name] = new TYPES[type](data, at, n);
    at += padded(arrays[name].byteLength);
  }
  return { ...said, crowd: { arrays, groups: said.groups, nodes: said.nodes } } as unknown as Message;
}
