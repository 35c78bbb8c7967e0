// Every view of a cluster, in the order of their tabs; each registers itself.
import "../map/view";
import "../scheduling/view";
import "../autoscaling/view";
import "../node/pressureView";
import "../workloads/view";
import "../quotas/view";
import "../events/view";
import "../past/view";
import "../terminal/view";
