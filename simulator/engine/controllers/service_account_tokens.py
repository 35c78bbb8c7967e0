"""The tokens controller: a Secret of the type service-account-token gets its token, and goes with its account.

Follows pkg/controller/serviceaccount/tokens_controller.go, v1.34.
"""

from __future__ import annotations

from base64 import b64encode

from simulator.engine import service_accounts
from simulator.engine.causes import _
from simulator.engine.journal import Change
from simulator.engine.objects import annotations_of, key_of, uid_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.service_accounts import ACCOUNT_NAME, ACCOUNT_UID, TOKEN_TYPE
from simulator.engine.world import World

from .root_ca import certificate


class TokensController(Reconciler):
    """Its keys are Secrets."""

    name = "serviceaccount-token-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch("secrets", self._secret_changed)
        world.watch("serviceaccounts", self._account_changed)

    def reconcile(self, key: Key) -> None:
        secret = self.world.get("secrets", *key)
        if secret is None or secret.get("type") != TOKEN_TYPE:
            return
        account = self.world.get("serviceaccounts", key.namespace, annotations_of(secret).get(ACCOUNT_NAME, ""))
        if account is None or annotations_of(secret).get(ACCOUNT_UID) not in (None, "", uid_of(account)):
            cause = self.cause("syncSecret", _("The service account of {name} is gone."), name=key.name)
            self.world.delete("secrets", *key, cause)
            return
        wanted = self._filled(secret, account)
        if wanted != secret:
            cause = self.cause("generateTokenIfNeeded", _("{name} gets the token of its account."), name=key.name)
            self.world.update("secrets", wanted, cause)

    def _filled(self, secret: Body, account: Body) -> Body:
        """The Secret with the token, the root's certificate, the namespace and the account's uid."""
        data = dict(secret.get("data") or {})
        if not data.get("token"):
            claims = service_accounts.legacy_claims(account, secret)
            data["token"] = _packed(service_accounts.sign(self.world.secret, claims))
        data["ca.crt"] = _packed(certificate(self.world))
        if not data.get("namespace"):
            data["namespace"] = _packed(account["metadata"]["namespace"])
        notes = {**annotations_of(secret), ACCOUNT_UID: uid_of(account)}
        return {**secret, "data": data, "metadata": {**secret["metadata"], "annotations": notes}}

    def _secret_changed(self, change: Change) -> None:
        if change.operation != "DELETED" and change.body.get("type") == TOKEN_TYPE:
            self.enqueue(change.key, led_by=change.revision)

    def _account_changed(self, change: Change) -> None:
        if change.operation == "MODIFIED":
            return
        for secret in self.world.list("secrets", change.key.namespace):
            if secret.get("type") == TOKEN_TYPE and annotations_of(secret).get(ACCOUNT_NAME) == change.key.name:
                self.enqueue(key_of(secret), led_by=change.revision)


def _packed(text: str) -> str:
    return b64encode(text.encode()).decode()
