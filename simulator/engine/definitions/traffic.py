"""The schema of Traffic."""

from __future__ import annotations

from .build import boolean, fields, integer, items, kind, port, quantity, selector, status, text
from .usage import curves

TARGETS = ("service", "ingress", "pod")
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
SCHEMES = ("HTTP", "HTTPS")

_PORT = "The port, by number or by name. Without it: the only one."

_SPEC = fields(
    "Who asks whom for what, and how often.",
    ("target", "rate"),
    target=fields(
        "Whom the requests are for. Exactly one of its fields must be set.",
        service=fields(
            "A Service of the same namespace.",
            ("name",),
            name=text("The Service's name."),
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
        "Where the requests come from. Without it: from outside of the cluster.",
        podSelector=selector("Pods of the same namespace, which take turns. NetworkPolicies apply to them."),
    ),
    clients=integer("How many clients there are. Each has an address of its own and asks evenly. Defaults to 1."),
    rate=quantity("Requests per second of all clients together; `500m` is one every two seconds."),
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

TRAFFIC = kind(
    "Traffic is a number of clients that send requests to a Service, an Ingress or a Pod.",
    _SPEC,
    status(
        "What came of the Traffic.",
        "The condition Flowing says whether requests are being sent.",
    ),
)
