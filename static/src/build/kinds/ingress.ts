// An Ingress.
import { gettext } from "../../i18n/i18n";
import { all } from "../../live/store";
import { valueAt, type Path } from "../body";
import type { BuildKind } from "../kind";
import { freeName } from "../names";
import { nameField } from "../templates";

const PATH: Path = ["spec", "rules", 0, "http", "paths", 0];
const services = (): string[] => all("services").filter((one) => one.name !== "kubernetes" && one.namespace !== "kube-system").map((one) => one.name);

export const KIND: BuildKind = {
  id: "ingress",
  title: () => "Ingress",
  group: "network",
  order: 2,
  icon: "ingress",
  about: () => gettext("Leads requests from outside to Services, by host and path."),
  resource: "ingresses.networking.k8s.io",
  start: () => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: freeName("front", "ingresses.networking.k8s.io", "default"), namespace: "default" },
    spec: { rules: [{ host: "web.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: services()[0] ?? "web", port: { number: 80 } } } }] } }] },
  }),
  fields: () => [
    nameField(),
    { type: "text", label: () => gettext("Host"), path: ["spec", "rules", 0, "host"], hint: "web.example.com" },
    { type: "text", label: () => gettext("Path"), path: [...PATH, "path"], hint: "/" },
    { type: "choice", label: () => gettext("Path type"), path: [...PATH, "pathType"], choices: () => ["Prefix", "Exact", "ImplementationSpecific"] },
    { type: "suggest", label: () => "Service", path: [...PATH, "backend", "service", "name"], choices: services },
    { type: "number", label: () => gettext("Port"), path: [...PATH, "backend", "service", "port", "number"], hint: "80" },
    { type: "text", label: () => gettext("Class"), path: ["spec", "ingressClassName"], hint: "—" },
  ],
  places: () => ["cluster"],
  line: (value) => String(valueAt(value, ["spec", "rules", 0, "host"]) ?? ""),
};
