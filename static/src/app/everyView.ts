// Every view of a cluster, in the order of their tabs. The map comes with the page, the others when they are first shown.
import { gettext } from "../i18n/i18n";
import "./everyStyle";
import "../map/view";
import { registerLater } from "./views";

registerLater({ name: "pod", title: () => gettext("Pod"), wide: true, left: true }, () => import("../pod/view"));
registerLater({ name: "scheduling", title: () => gettext("Scheduling"), wide: true, left: true }, () => import("../scheduling/view"));
registerLater({ name: "workloads", title: () => gettext("Workloads"), wide: true, left: true }, () => import("../workloads/view"));
registerLater({ name: "autoscaling", title: () => gettext("Autoscaling"), wide: true, left: true }, () => import("../autoscaling/view"));
registerLater({ name: "pressure", title: () => gettext("Pressure"), wide: true, left: true }, () => import("../node/pressureView"));
registerLater({ name: "quotas", title: () => gettext("Quotas"), wide: true, left: true }, () => import("../quotas/view"));
registerLater({ name: "events", title: () => gettext("Events"), wide: true }, () => import("../events/view"));
registerLater({ name: "compare", title: () => gettext("Compare"), wide: true }, () => import("../past/view"));
registerLater({ name: "terminal", title: () => gettext("Terminal") }, () => import("../terminal/view"));
