// What the server answers about a node's cgroups.
import { config } from "../app/config";
import { asShown, getJson } from "../live/http";

export interface CpuStat {
  usage_usec: number;
  nr_periods: number;
  nr_throttled: number;
  throttled_usec: number;
}

export interface Cgroup {
  name: string;
  kind: "root" | "system" | "kubepods" | "qos" | "pod" | "pause" | "container";
  about: string[]; // namespace, name and container; of a class its name
  settings: Record<string, string>;
  memory: number; // bytes
  millicores: number;
  cpuStat?: CpuStat;
  oomScoreAdj?: number;
  children: Cgroup[];
}

export const cgroupsOf = (node: string): Promise<{ node: string; at: string; tree: Cgroup }> =>
  getJson(asShown(`/c/${config.cluster}/node/${encodeURIComponent(node)}/cgroups.json`));

/** memory.max in bytes, null where nothing bounds it. */
export const memoryMax = (group: Cgroup): number | null => bound(group.settings["memory.max"]);

/** cpu.max in thousandths of a core, null where nothing bounds it. */
export function cpuMax(group: Cgroup): number | null {
  const [quota, period] = (group.settings["cpu.max"] ?? "").split(" ");
  const most = bound(quota);
  return most === null ? null : (1000 * most) / Number(period);
}

const bound = (text: string | undefined): number | null => (!text || text === "max" ? null : Number(text));
