"""How much of something is used, or asked for: an amount at rest, an amount per request, and curves over time."""

from __future__ import annotations

from .build import Definition, fields, integer, items, quantity, text

CURVES = ("Leak", "Ramp", "Sine", "Step")


def curves(of: str, since: str) -> Definition:
    """A list of curves; `of` says what they change, `since` from when their time counts."""
    return items(
        f"Curves that are added to {of}. Each adds to what the others add.",
        fields(
            "A change over time.",
            ("type",),
            type=text("Which of the curves this is. The field of the same name says how it runs.", CURVES),
            fromSeconds=integer(f"When it begins, in seconds since {since}. Defaults to 0."),
            leak=fields(
                "It grows by the same amount each second, without end.",
                ("perSecond",),
                perSecond=quantity("How much is added each second."),
            ),
            ramp=fields(
                "It grows evenly to an amount and stays there.",
                ("by", "durationSeconds"),
                by=quantity("The amount that is added at the end."),
                durationSeconds=integer("How long it takes to get there."),
            ),
            sine=fields(
                "It swings evenly between nothing and an amount, beginning at nothing.",
                ("amplitude", "periodSeconds"),
                amplitude=quantity("The amount that is added at the crest."),
                periodSeconds=integer("The time from crest to crest."),
            ),
            step=fields(
                "It jumps to an amount at once.",
                ("by",),
                by=quantity("The amount that is added."),
                durationSeconds=integer("How long it stays. Without it, it stays for good."),
            ),
        ),
    )


def usage(what: str, per_request: str, **more: Definition) -> Definition:
    """How much a container uses of a resource."""
    return fields(
        f"How much {what} the container uses. Its limits are enforced as on a real node.",
        idle=quantity("What it uses when nothing is asked of it. Without it: what is known of the image."),
        perRequest=quantity(per_request),
        curves=curves("what it uses", "the container started"),
        **more,
    )
