"""The schema of Traffic."""

from __future__ import annotations

from .build import boolean, fields, integer, items, kind, micro_time, port, quantity, selector, status, text
from .usage import curves

TARGETS = ("service", "ingress", "pod")
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
SCHEMES = ("HTTP", "HTTPS")

_PORT = "The port, by number or by name. Without it: the only one."

_SPEC = fields(
    "Who asks whom for what, and how often.",
    ("target",),
    target=fields(
        "Whom the requests are for. Exactly one of its fields must be set.",
        service=fields(
            "A Service.",
            ("name",),
            name=text("The Service's name."),
            namespace=text("The Service's namespace. Defaults to that of the Traffic."),
            port=port(_PORT),
        ),
        ingress=fields(
            "A host that an Ingress of the cluster serves.",
            ("host",),
            host=text("The host that the requests ask for; it is also the name that TLS is asked for (SNI)."),
            scheme=text("HTTP or HTTPS. Defaults to HTTP.", SCHEMES),
        ),
        pod=fields(
            "A Pod of the same namespace, past every Service.",
            ("name",),
            name=text("The Pod's name."),
            port=port(_PORT),
        ),
    ),
    source=fields(
        "Where the requests come from. Without it: from outside of the cluster. At most one of its fields may be set.",
        pod=text("A Pod of the same namespace, by its name. Requests are sent while it runs."),
        podSelector=selector("Pods of the same namespace, which take turns. NetworkPolicies apply to them."),
    ),
    clients=integer("How many clients there are. Each has an address of its own and asks evenly. Defaults to 1."),
    rate=quantity(
        "Requests per second of all clients together; `500m` is one every two seconds. They are sent no matter what is "
        "answered. Either this or `pauseMilliseconds` must be set."
    ),
    pauseMilliseconds=integer(
        "Each client waits for the answer, pauses for so long and then asks again, so that slow answers slow it down."
    ),
    curves=curves("the rate", "the Traffic began"),
    method=text("The HTTP method. Defaults to GET.", METHODS),
    path=text("The path that is asked for. Defaults to `/`."),
    headers=items(
        "Headers that are sent with each request.",
        fields(
            "A header.",
            ("name", "value"),
            name=text("The header's name."),
            value=text("The header's value."),
        ),
    ),
    keepAlive=boolean(
        "Each client keeps its connection open, so that all its requests reach the same pod for as long as that is "
        "there. Otherwise each request is a new connection. Defaults to false."
    ),
    timeoutSeconds=integer("How long a client waits for an answer. Defaults to 10."),
    startAfterSeconds=integer("When it begins, in seconds since the Traffic was created. Defaults to 0."),
    durationSeconds=integer("How long it goes on. Without it: until the Traffic is deleted."),
    suspend=boolean("No requests are sent while this is true. Defaults to false."),
)

_COUNTS = items(
    "Millionths of what one share has counted since the Traffic began: requests that were answered, those of them with "
    "500, seconds that the answers took, requests beyond what could be answered, seconds beyond it, and of the answers "
    "those that were answered within 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000 and 10000 milliseconds.",
    {"type": "integer", "format": "int64"},
)

_FLOW = fields(
    "The requests as a function of time, as it holds since an instant.",
    since=micro_time("From when on it holds."),
    began=micro_time("When the time of the curves began."),
    rate=quantity("Requests per second."),
    curves=curves("the rate", "the Traffic began"),
    shares=integer("Into how many shares of one size the requests are split."),
    sticks=boolean("Whether a client stays at its pod, so that there is a share for each client."),
    clients=integer("How many clients there are."),
    pauseMicroseconds=integer("How long clients pause that wait for each answer.", "int64"),
    capacity=quantity("How many requests per second can be answered. Without it: any number."),
    servers=integer("How many requests a backend works on at once."),
    workMicroseconds=integer("The CPU time that one request takes.", "int64"),
    latencyMicroseconds=integer("How long an answer takes besides.", "int64"),
    timeoutSeconds=integer("How long a client waits for an answer."),
    errorPercent=integer("How many of a hundred requests are answered with 500."),
    sentMicro=integer("Millionths of requests that had been sent.", "int64"),
    failedMicro=integer("Millionths of requests that had not been answered.", "int64"),
    points=items(
        "What one share had counted at past instants.",
        fields("An instant.", at=micro_time("The instant."), counts=_COUNTS),
    ),
)

_BACKEND = fields(
    "A container that answers requests, or did and still runs.",
    ("pod", "uid", "container", "port"),
    pod=text("The Pod's name."),
    namespace=text("The Pod's namespace, where that is another than the Traffic's."),
    uid=text("The Pod's uid."),
    container=text("The container's name."),
    began=text("When the container started."),
    port=integer("The port on which it answers."),
    shares=integer("How many shares of the requests it gets."),
    since=micro_time("Since when it has got so many."),
    base={**_COUNTS, "description": "What one share of the Traffic had counted by then, as `counts` has it."},
    held={**_COUNTS, "description": "What it had counted by then, as `counts` has it."},
)

TRAFFIC = kind(
    "Traffic is a number of clients that send requests to a Service, an Ingress or a Pod.",
    _SPEC,
    status(
        "What came of the Traffic.",
        "The condition Flowing says whether requests reach somebody who answers them.",
        rate=quantity("Requests per second at the last change."),
        latencyMilliseconds=integer("How long an answer took on average at the last change."),
        errorPercent=integer("How many of a hundred requests failed at the last change."),
        flow=_FLOW,
        backends=integer("How many containers answer; TrafficSlices list them."),
    ),
)

TRAFFIC_SLICE = {
    "type": "object",
    "description": "TrafficSlice lists some of the containers that answer the requests of a Traffic.",
    "properties": {"backends": items("Who answers.", _BACKEND)},
}
