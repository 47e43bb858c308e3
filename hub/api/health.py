"""Is the hub alive, can it work, and how much does it do. Nothing here is about anybody."""

import hmac

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select

from audit.models import HeadRow
from hub.api.allowed import allow
from hub.api.house import house
from hub.api.problems import problem
from hub.vault.models import PartnerKey

health = Blueprint("health", __name__)


@health.get("/health/live")
def live() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/health/ready")
def ready() -> Response:
    """Both stores answer. A store that is gone gives 503, by the way of every database error."""
    at = house()
    with at.hub.database.reading() as session:
        begun = session.execute(select(HeadRow.id)).first()
    with at.keystore.reading() as session:
        keys = session.execute(select(PartnerKey.partner).limit(1)).first()
    return jsonify(status="ok") if begun and keys else problem(503, headers={"Retry-After": "5"})


@health.get("/metrics")
def metrics() -> Response:
    """
    Counts by road and status, for Prometheus, which must show HUB_METRICS_TOKEN when that is set.

    At one azc, a single «koppelingen 201» at a known moment points at somebody: production always sets it.
    """
    if not _may_see_metrics():
        return problem(401, headers={"WWW-Authenticate": "Bearer"})
    return Response(generate_latest(house().registry), content_type=CONTENT_TYPE_LATEST)


def _may_see_metrics() -> bool:
    token = house().metrics_token
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    return token is None or hmac.compare_digest(given, f"Bearer {token}".encode())


for _view in (live, ready, metrics):
    allow(_view)
