// One object's life through the official JavaScript client; prints what it saw as JSON. `life.mjs NAMESPACE`
import { CoreV1Api, KubeConfig, PatchStrategy, Watch, setHeaderOptions } from "@kubernetes/client-node";

const namespace = process.argv[2];
const config = new KubeConfig();
config.loadFromDefault();
const api = config.makeApiClient(CoreV1Api);
const name = "one";

const { metadata } = await api.listNamespacedConfigMap({ namespace });
const events = [];
let ended;
const end = new Promise((resolve) => {
  ended = resolve;
});
const controller = await new Watch(config).watch(
  `/api/v1/namespaces/${namespace}/configmaps`,
  { resourceVersion: metadata.resourceVersion },
  (type, object) => {
    if (object.metadata.name !== name) return;
    events.push([type, object.metadata.name]);
    if (type === "DELETED") ended();
  },
  () => ended(),
);

const body = { metadata: { name, labels: { a: "b" } }, data: { a: "1" } };
const created = await api.createNamespacedConfigMap({ namespace, body });
const listed = await api.listNamespacedConfigMap({ namespace, labelSelector: "a=b" });
const patched = await api.patchNamespacedConfigMap(
  { name, namespace, body: { data: { b: "2" } } },
  setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
);
await api.deleteNamespacedConfigMap({ name, namespace });
const gone = await api.readNamespacedConfigMap({ name, namespace }).catch((error) => error.code);
await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 20000))]);
controller.abort();

console.log(
  JSON.stringify({
    created: created.data,
    listed: listed.items.map((one) => one.metadata.name),
    patched: patched.data,
    events,
    gone,
  }),
);
process.exit(0);
