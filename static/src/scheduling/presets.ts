// Configurations worth comparing.
import { gettext } from "../i18n/i18n";

const HEAD = `apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
`;

const MOST_ALLOCATED = `${HEAD}profiles:
- schedulerName: default-scheduler
  pluginConfig:
  - name: NodeResourcesFit
    args:
      scoringStrategy:
        type: MostAllocated
        resources:
        - name: cpu
          weight: 1
        - name: memory
          weight: 1
`;

const UNBALANCED = `${HEAD}profiles:
- schedulerName: default-scheduler
  plugins:
    score:
      disabled:
      - name: NodeResourcesBalancedAllocation
`;

export interface Preset {
  name: string;
  title: () => string;
  text: string | null; // null: the running configuration
}

export const PRESETS: Preset[] = [
  { name: "running", title: () => gettext("the running configuration"), text: null },
  { name: "default", title: () => gettext("the default"), text: HEAD },
  { name: "most-allocated", title: () => gettext("MostAllocated: fill nodes up"), text: MOST_ALLOCATED },
  { name: "unbalanced", title: () => gettext("without NodeResourcesBalancedAllocation"), text: UNBALANCED },
  { name: "every-node", title: () => gettext("score every node"), text: `${HEAD}percentageOfNodesToScore: 100\n` },
];

/** A text of one's own. */
export const OWN = "own";
