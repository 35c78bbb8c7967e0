"""The refusals of the HTTP layer itself, in upstream's words; those of objects are in `engine.errors`.

Follows staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go and apiserver/pkg/endpoints/handlers/negotiation,
v1.34.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.engine import errors
from simulator.engine.errors import StatusError


def no_such_path() -> StatusError:
    return StatusError(404, "NotFound", "the server could not find the requested resource")


def method_not_allowed() -> StatusError:
    return StatusError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")


def forbidden(detail: str) -> StatusError:
    return StatusError(403, "Forbidden", f"forbidden: {detail}")


def not_acceptable(accepted: Sequence[str]) -> StatusError:
    listed = ", ".join(accepted)
    return StatusError(406, "NotAcceptable", f"only the following media types are accepted: {listed}")


def unsupported_media_type(accepted: Sequence[str]) -> StatusError:
    message = f"the body of the request was in an unknown format - accepted media types include: {', '.join(accepted)}"
    return StatusError(415, "UnsupportedMediaType", message)


def too_large(detail: str) -> StatusError:
    return StatusError(413, "RequestEntityTooLarge", f"Request entity too large: {detail}")


def expired(message: str) -> StatusError:
    return StatusError(410, "Expired", message)


def list_expired(token: str | None) -> StatusError:
    """A list of a revision that the log has forgotten; `token` goes on with the present where a list is under way."""
    if token is None:
        return expired("The resourceVersion for the provided list is too old.")
    message = (
        "The provided continue parameter is too old to display a consistent list result. You can start a new list "
        "without the continue parameter, or use the continue token in this response to retrieve the remainder of the "
        "results. Continuing with the provided token results in an inconsistent list - objects that were created, "
        "modified, or deleted between the time the first chunk was returned and now may show up in the list."
    )
    return StatusError(410, "Expired", message, listing={"continue": token})


def too_new(asked: int, current: int) -> StatusError:
    """A resourceVersion of the future, as when a cluster was reset."""
    details = {
        "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
        "retryAfterSeconds": 1,
    }
    message = f"Timeout: Too large resource version: {asked}, current: {current}"
    return StatusError(504, "Timeout", message, details)


def no_storage(detail: str) -> StatusError:
    """The database took nothing: what a client may try again when somebody has mended it."""
    return StatusError(503, "ServiceUnavailable", f"nothing was written: {detail}")


def rejected_patch() -> StatusError:
    """A patch that cannot be applied; upstream does not tell why (NewGenericServerResponse)."""
    return StatusError(422, "Invalid", "the server rejected our request due to an error in our request")


def internal() -> StatusError:
    return StatusError(
        500, "InternalError", "Internal error occurred: the request could not be served; see the server's log"
    )


def bad_option(kind: str, field: str, value: object, allowed: Sequence[str]) -> StatusError:
    """An option of a request that is none of those allowed, such as `dryRun=Some`."""
    return errors.invalid("meta.k8s.io", kind, "", [errors.not_supported(field, value, allowed)])
