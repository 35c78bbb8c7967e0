"""How objects of a custom resource get from version to version.

Follows validateCustomResourceConversion in
staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from ..registry import Body
from . import names

_REVIEWS = ("v1", "v1beta1")


def validate(path: str, conversion: Body) -> Iterator[FieldError]:
    strategy, webhook = conversion.get("strategy") or "", conversion.get("webhook") or {}
    if not strategy:
        yield required(f"{path}.strategy")
    elif strategy not in ("None", "Webhook"):
        yield not_supported(f"{path}.strategy", strategy, ("None", "Webhook"))
    client, reviews = webhook.get("clientConfig"), webhook.get("conversionReviewVersions") or []
    if strategy == "Webhook":
        if client is None:
            yield required(f"{path}.webhookClientConfig", "required when strategy is set to Webhook")
        elif (client.get("url") is None) == (client.get("service") is None):
            yield required(f"{path}.webhookClientConfig", "exactly one of url or service is required")
        yield from _review_versions(f"{path}.conversionReviewVersions", reviews)
    else:
        detail = "should not be set when strategy is not set to Webhook"
        if client is not None:
            yield forbidden_value(f"{path}.webhookClientConfig", detail)
        if reviews:
            yield forbidden_value(f"{path}.conversionReviewVersions", detail)


def _review_versions(path: str, versions: list[str]) -> Iterator[FieldError]:
    if not versions:
        yield required(path)
        return
    for at, one in enumerate(versions):
        if one in versions[:at]:
            yield invalid_value(f"{path}[{at}]", one, "duplicate version")
            continue
        for wrong in names.dns_1035_label(one):
            yield invalid_value(f"{path}[{at}]", one, wrong)
    if not set(versions) & set(_REVIEWS):
        yield invalid_value(path, versions, f"must include at least one of {', '.join(_REVIEWS)}")
