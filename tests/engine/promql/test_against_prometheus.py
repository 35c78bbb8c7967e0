"""The same expressions over the same samples, here and in a real Prometheus."""

from __future__ import annotations

import math

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.promql.evaluation import evaluate
from simulator.engine.promql.values import QueryError
from tests.engine.promql.samples import END, Made, openmetrics
from tests.prometheus_server import PrometheusServer

NOW = END - 20 * SECOND + 3 * SECOND  # not on the grid

EXPRESSIONS = """
http_requests_total
http_requests_total{pod="web-1"}
http_requests_total{pod=~"web-.*",code!="500"}
http_requests_total{pod!~"web-.*"}
{__name__=~"queue.*|pod_info"}
queue_length offset 1m
nothing_of_the_kind
rate(http_requests_total[2m])
rate(http_requests_total[5m] offset 3m)
rate(http_requests_total[20s])
irate(http_requests_total[5m])
increase(http_requests_total{pod="api-1"}[10m])
delta(queue_length[4m])
idelta(queue_length[4m])
deriv(queue_length[4m])
predict_linear(queue_length[4m], 600)
changes(queue_length[5m])
resets(http_requests_total[15m])
avg_over_time(queue_length[3m])
sum_over_time(queue_length[3m])
min_over_time(queue_length[3m])
max_over_time(queue_length[3m])
count_over_time(queue_length[3m])
last_over_time(queue_length[3m])
present_over_time(queue_length[3m])
stddev_over_time(queue_length[3m])
stdvar_over_time(queue_length[3m])
quantile_over_time(0.9, queue_length[3m])
absent(nothing{job="x",y=~"z"})
absent(queue_length)
absent_over_time(nothing{job="x"}[5m])
timestamp(queue_length)
sum(http_requests_total)
sum by (pod) (rate(http_requests_total[2m]))
sum without (code) (rate(http_requests_total[2m]))
sum by (pod, missing) (http_requests_total)
avg(queue_length)
min by (zone) (queue_length)
max(queue_length)
count(http_requests_total)
count by (pod) (http_requests_total)
group(queue_length)
stddev(queue_length)
stdvar(queue_length)
topk(2, queue_length)
bottomk by (zone) (1, queue_length)
quantile(0.75, queue_length)
count_values("length", pod_info)
histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket[2m])))
histogram_quantile(0.5, rate(latency_seconds_bucket[2m]))
histogram_quantile(0.99, latency_seconds_bucket)
histogram_quantile(1.5, latency_seconds_bucket)
histogram_quantile(0.1, sum by (pod, le) (rate(latency_seconds_bucket[5m])))
queue_length + 1
10 / queue_length
-queue_length
2 ^ 3 ^ 2
7 % 4
1 / 0
queue_length % 4
queue_length > 5
5 < queue_length
queue_length > bool 5
1 == bool 1
queue_length / on (pod) pod_info
queue_length * on (pod) group_left (node) pod_info
pod_info * on (pod) group_right (node) queue_length
http_requests_total / on (pod) group_left sum by (pod) (http_requests_total)
sum by (pod) (http_requests_total) / sum by (pod) (rate(http_requests_total[5m]))
sum(rate(http_requests_total{code="500"}[2m])) / sum(rate(http_requests_total[2m]))
queue_length and on (pod) http_requests_total{code="500"}
queue_length unless on (pod) http_requests_total{code="500"}
queue_length or pod_info
queue_length == queue_length
http_requests_total == ignoring (code) group_left () sum without (code) (http_requests_total)
abs(queue_length)
ceil(queue_length / 3)
floor(queue_length / 3)
round(queue_length / 3)
round(queue_length, 5)
sqrt(queue_length)
ln(http_requests_total)
log2(http_requests_total)
log10(http_requests_total)
exp(queue_length / 10)
sgn(queue_length)
clamp(queue_length, 0, 20)
clamp_min(queue_length, 10)
clamp_max(queue_length, 10)
clamp(queue_length, 20, 0)
scalar(sum(queue_length))
scalar(queue_length)
vector(3)
time()
sort(queue_length)
sort_desc(queue_length)
label_replace(queue_length, "app", "$1", "pod", "(.*)-.*")
label_replace(queue_length, "app", "$1", "pod", "nothing(.*)")
label_join(queue_length, "both", "/", "zone", "pod")
"text"
""".strip().splitlines()

REFUSED = (
    "queue_length + on (zone) pod_info",
    "http_requests_total / on (pod) pod_info",
    'label_replace(queue_length{zone="b"}, "pod", "same", "", "")',
    "sum(",
    "rate(queue_length)",
    "nothing(queue_length)",
    "1 and 2",
    '{pod=~"("}',
)


@pytest.fixture(scope="module")
def prometheus():
    with PrometheusServer.running(openmetrics=openmetrics()) as server:
        yield server


def rows(value):
    """A value as (sorted labels, figure), in the order of the labels."""
    return sorted(((sorted(one.labels.items()), one.value) for one in value), key=lambda row: row[0])


def told(data):
    """A value as Prometheus tells it."""
    found = [(sorted(one["metric"].items()), float(one["value"][1])) for one in data["result"]]
    return sorted(found, key=lambda row: row[0])


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_as_prometheus(prometheus, expression):
    ours, theirs = evaluate(expression, Made(), NOW), prometheus.query(expression, NOW / SECOND)
    assert "error" not in theirs, theirs
    if theirs["resultType"] == "string":
        assert ours == theirs["result"][1]
    elif theirs["resultType"] == "scalar":
        assert ours == pytest.approx(float(theirs["result"][1]), nan_ok=True)
    else:
        own, other = rows(ours), told(theirs)
        assert [labels for labels, _ in own] == [labels for labels, _ in other]
        assert [figure for _, figure in own] == pytest.approx([figure for _, figure in other], rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("expression", REFUSED)
def test_both_refuse(prometheus, expression):
    assert "error" in prometheus.query(expression, NOW / SECOND)
    with pytest.raises(QueryError):
        evaluate(expression, Made(), NOW)


@pytest.mark.parametrize("sort", ["sort", "sort_desc"])
def test_in_the_same_order(prometheus, sort):
    theirs = [float(one["value"][1]) for one in prometheus.query(f"{sort}(queue_length)", NOW / SECOND)["result"]]
    assert [one.value for one in evaluate(f"{sort}(queue_length)", Made(), NOW)] == theirs


UNKNOWN = {
    "a subquery": ("max_over_time(rate(http_requests_total[1m])[5m:1m])", "subqueries are not known here"),
    "the modifier @": ("queue_length @ 5", "the modifier @ is not known here"),
    "a function": ("histogram_avg(queue_length)", "the function histogram_avg() is not known here"),
    "a bare range": ("queue_length[5m]", "a range of samples is no value"),
    "a long window": ("rate(queue_length[1y])", "a window of more than 11,000 scrapes is too long"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_known_says_so(name):
    expression, said = UNKNOWN[name]
    with pytest.raises(QueryError, match=said.replace("(", r"\(").replace(")", r"\)")):
        evaluate(expression, Made(), NOW)


def test_a_series_that_is_gone_is_not_seen():
    assert evaluate("queue_length", Made(), END + 60 * SECOND) == []
    assert math.isnan(evaluate("scalar(queue_length)", Made(), END + 60 * SECOND))
