// A quantity as Kubernetes writes it, as a number: enough for the length of a bar.

const POWERS: Record<string, number> = {
  n: 1e-9, u: 1e-6, m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
};

/** 0 for what is no quantity. */
export function figure(text: string): number {
  const plain = /^([+-]?[0-9.]+)(n|u|m|k|Ki|Mi|Gi|Ti|Pi|Ei|M|G|T|P|E)?$/.exec(text);
  if (plain) return Number(plain[1]) * POWERS[plain[2] ?? ""]!;
  const power = Number(text);
  return Number.isFinite(power) ? power : 0;
}
