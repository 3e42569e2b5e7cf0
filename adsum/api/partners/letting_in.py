"""Tokens by client credentials (RFC 6749, 4.4), and who shows one (RFC 6750)."""

import base64
import binascii
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import unquote_plus

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from adsum.api.partners.answering import answer
from adsum.api.partners.problems import Problem
from adsum.api.partners.schemas import TokenOut
from adsum.core.ids import keyed_hash
from adsum.core.network import origin_of
from adsum.ledger.rules import RULES
from adsum.partners.actions import count_request, give_token
from adsum.partners.policy import PartnersPolicy
from adsum.partners.queries import Caller, find_caller, find_client
from adsum.partners.rules import SCOPES, Scope, Use, granted
from adsum.policies.queries import in_force

log = structlog.get_logger(__name__)
FORM = "application/x-www-form-urlencoded"
TOKEN_URL = "/api/v1/token"  # noqa: S105 - an address
LONGEST = 200
BEARER: Literal["Bearer"] = "Bearer"


class Needs:
    """django-ninja's check before an operation: a token that holds, has this scope, and has not asked too often."""

    openapi_security_schema = {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {
                "tokenUrl": TOKEN_URL,
                "scopes": {str(scope): words for scope, words in SCOPES.items()},
            }
        },
    }

    def __init__(self, scope: Scope | None = None) -> None:
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        caller = _caller_of(request)
        limit = in_force(PartnersPolicy, now=timezone.now()).requests_per_minute
        note_use(request, count_request(who=f"partner:{caller.partner.pk}", limit=limit, now=timezone.now()))
        if self.scope is not None and self.scope not in caller.scopes:
            raise _lacks(self.scope)
        return caller


def require(caller: Caller, scope: Scope) -> None:
    """Refuse what only some ways of asking need."""
    if scope not in caller.scopes:
        raise _lacks(scope)


def _lacks(scope: Scope) -> Problem:
    shown = {"WWW-Authenticate": f'Bearer realm="adsum", error="insufficient_scope", scope="{scope}"'}
    said = f"This token has not the scope {scope}."
    return Problem(HTTPStatus.FORBIDDEN, said, kind="insufficient-scope", headers=shown, scope=scope)


def _caller_of(request: HttpRequest) -> Caller:
    way, _, token = request.headers.get("Authorization", "").partition(" ")
    if way.lower() != "bearer" or not token.strip():
        shown = {"WWW-Authenticate": 'Bearer realm="adsum"'}
        raise Problem(HTTPStatus.UNAUTHORIZED, "Show a token: POST /api/v1/token gives one.", headers=shown)
    caller = find_caller(token=token.strip()[:LONGEST], at=timezone.now(), seen_by=RULES)
    if caller is None:
        _note_refusal(request, "token")
        shown = {"WWW-Authenticate": 'Bearer realm="adsum", error="invalid_token"'}
        said = "This token does not hold: it has ended, or was never given."
        raise Problem(HTTPStatus.UNAUTHORIZED, said, kind="invalid-token", headers=shown)
    return caller


def note_use(request: HttpRequest, use: Use) -> None:
    """Keep what is left for the answer's headers. Raises Problem where nothing is."""
    request.META["adsum.use"] = use
    if use.is_over:
        wait = {"Retry-After": str(use.seconds)}
        said = f"That was more than {use.limit} in a minute. Go on in {use.seconds} seconds."
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, said, kind="too-often", headers=wait)


def _note_refusal(request: HttpRequest, what: str) -> None:
    """Count a wrong secret or token against its network, and log it without what was shown."""
    log.warning("partners.refused", what=what)
    network = origin_of(request.META, behind_proxy=settings.BEHIND_PROXY)
    who = f"network:{keyed_hash(settings.SECRET_KEY, 'network', network)[:40]}"
    limit = in_force(PartnersPolicy, now=timezone.now()).refusals_per_minute
    note_use(request, count_request(who=who, limit=limit, now=timezone.now()))


def token_for(request: HttpRequest) -> HttpResponse:
    """A token for who shows its secret, by HTTP Basic or in the form, not both."""
    if request.content_type != FORM:
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send a form: {FORM}.")
    sent = _form_of(request)
    if sent.get("grant_type", "") != "client_credentials":
        kind = "unsupported_grant_type" if sent.get("grant_type") else "invalid_request"
        raise _refused(kind, "grant_type=client_credentials is needed.")
    client_id, secret = _credentials(request, sent)
    now = timezone.now()
    partner = find_client(client_id=client_id[:LONGEST], secret=secret[:LONGEST], at=now, seen_by=RULES)
    if partner is None:
        _note_refusal(request, "secret")
        raise _refused("invalid_client", "Client and secret do not belong together, or hold no more.")
    limit = in_force(PartnersPolicy, now=now).requests_per_minute
    note_use(request, count_request(who=f"partner:{partner.pk}", limit=limit, now=now))
    scopes = granted(sent.get("scope", ""), given=partner.scopes)
    if scopes is None:
        raise _refused("invalid_scope", f"You have {' '.join(sorted(partner.scopes))}.")
    token, seconds = give_token(partner=partner, scopes=scopes, now=now)
    return answer(TokenOut(access_token=token, token_type=BEARER, expires_in=seconds, scope=" ".join(scopes)))


def _form_of(request: HttpRequest) -> dict[str, str]:
    """Each field once, as RFC 6749 (3.2) wants it."""
    if any(len(values) > 1 for _, values in request.POST.lists()):
        raise _refused("invalid_request", "A field stands there twice.")
    return {name: value.replace("\0", "") for name, value in request.POST.dict().items() if isinstance(value, str)}


def _credentials(request: HttpRequest, sent: dict[str, str]) -> tuple[str, str]:
    way, _, shown = request.headers.get("Authorization", "").partition(" ")
    if not way:
        return sent.get("client_id", ""), sent.get("client_secret", "")
    if "client_secret" in sent:
        raise _refused("invalid_request", "Show the secret once: in the header or in the form.")
    try:
        client_id, _, secret = base64.b64decode(shown, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        client_id, secret = "", ""
    is_basic = way.lower() == "basic"
    return (_plain(client_id), _plain(secret)) if is_basic else ("", "")


def _plain(encoded: str) -> str:
    return unquote_plus(encoded).replace("\0", "")


def _refused(error: str, said: str) -> Problem:
    """An error of RFC 6749 (5.2) that is a problem of RFC 9457, too."""
    unknown = error == "invalid_client"
    status = HTTPStatus.UNAUTHORIZED if unknown else HTTPStatus.BAD_REQUEST
    shown = {"WWW-Authenticate": 'Basic realm="adsum"'} if unknown else {}
    more: dict[str, Any] = {"error": error, "error_description": said}
    return Problem(status, said, kind=error.replace("_", "-"), headers=shown, **more)
