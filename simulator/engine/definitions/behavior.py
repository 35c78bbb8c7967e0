"""The schema of Behavior."""

from __future__ import annotations

from .build import boolean, fields, integer, items, kind, port, selector, status, text
from .metric import figures
from .usage import usage

STREAMS = ("stderr", "stdout")

_SINCE = "in seconds since the container started"

_SPEC = fields(
    "What the containers do.",
    selector=selector(
        "The pods, by their labels, in the namespace of the Behavior. Without it: all pods of the namespace."
    ),
    imagePattern=text(
        "The containers, by their image. `*` stands for any letters, `?` for one: `nginx:*`. It is compared with the "
        "image as the pod's spec has it, and as it is in full, such as `docker.io/library/nginx:1.27`. Without it: "
        "any image."
    ),
    container=text("The containers, by their name. Without it: any name."),
    priority=integer(
        "Where several Behaviors fit a container, the one with the highest priority counts, and among equals the "
        "oldest. Defaults to 0."
    ),
    startup=fields(
        "How the program starts.",
        ("durationSeconds",),
        durationSeconds=integer(
            "How long it takes from the start of the container until the program listens on its ports. Until then "
            "probes and requests are refused."
        ),
    ),
    cpu=usage(
        "CPU",
        "The CPU time that one request takes, in seconds of one core: `5m` are 5 milliseconds.",
        burst=fields(
            "The work comes in bursts: what it uses on average in the time between two of them is done at once, by "
            "several threads. So a limit may throttle it although it uses less on average. Without it, the work is "
            "spread evenly.",
            ("threads", "everyMilliseconds"),
            threads=integer("How many threads do the work, each on a core of its own."),
            everyMilliseconds=integer("The time from one burst to the next: a multiple of 100."),
        ),
    ),
    memory=usage("memory", "What it holds for one request while that is being answered."),
    disk=usage(
        "of the node's disk, in its writable layer",
        "What it writes to disk for one request, and keeps.",
        volume=text("The volume of type emptyDir that it writes to instead, by its name."),
    ),
    probes=items(
        "What the program answers to probes. The first entry that fits a probe at its time answers it; a probe that "
        "none fits is answered with 200. Probes that have no path (TCP, gRPC, exec) are fitted by entries without a "
        "path, and succeed where HTTP would.",
        fields(
            "The answer to some probes.",
            path=text("The path of the probe. `*` stands for any letters. Without it: any path."),
            port=port("The port of the probe, by number or by the name that the container gives it. Without it: any."),
            status=integer(
                "The HTTP status that it answers with; 0 lets the probe run into its timeout. Defaults to 200."
            ),
            fromSeconds=integer(f"From when the entry holds, {_SINCE}. Defaults to 0."),
            untilSeconds=integer(f"Until when the entry holds, {_SINCE}. Without it: for good."),
            latencyMilliseconds=integer("How long the answer takes. Defaults to 0."),
        ),
    ),
    response=fields(
        "How the program answers requests that are not probes.",
        status=integer("The HTTP status that it answers with. Defaults to 200."),
        body=text("What it answers."),
        latencyMilliseconds=integer("How long an answer takes while the CPU is free. Defaults to 0."),
        errorPercent=integer("How many of a hundred requests are answered with 500 instead. Defaults to 0."),
    ),
    metrics=items(
        "Metrics that the program exports, besides CPU and memory. custom.metrics.k8s.io has them for each pod, and "
        "added up for each Service and for the namespace. A pod exports them once, however many of its containers "
        "behave so.",
        fields(
            "A metric.",
            ("name",),
            **figures("the container started"),
        ),
    ),
    exit=fields(
        "How the program ends by itself. Without it, it runs until it is stopped.",
        code=integer("Its exit code. Defaults to 0."),
        afterSeconds=integer(f"When it ends, {_SINCE}. Defaults to 0: at once."),
        message=text("What it leaves in its termination message."),
        ignoresTerm=boolean("It does not end on SIGTERM, but only when it is killed after its grace period."),
    ),
    logs=items(
        "Lines that the program writes besides what is known of its image.",
        fields(
            "A line of its log.",
            ("line",),
            line=text("The line, without the end of line."),
            stream=text("Where it is written. Defaults to stdout.", STREAMS),
            afterSeconds=integer(f"When it is written first, {_SINCE}. Defaults to 0."),
            everySeconds=integer("After how many seconds it is written again. Without it: once."),
        ),
    ),
)

BEHAVIOR = kind(
    "Behavior says what the simulated containers of some pods do: how much they use, what they answer, how they end.",
    _SPEC,
    status(
        "What came of the Behavior.",
        "The condition Selected says whether any container behaves as this Behavior says, Conflicting whether an older "
        "one of the same priority is in its way.",
        selectedContainers=integer("How many containers behave as this Behavior says."),
    ),
)
