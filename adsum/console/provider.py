"""Sign-in by the agency's own service: OpenID Connect Core 1.0 (3.1), authorization code with PKCE (RFC 7636)."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

import jwt
import structlog
from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from adsum.console.access import anyone
from adsum.console.keys import sign_in_page
from adsum.console.letting_in import let_in
from adsum.core.network import is_web_address
from adsum.offices.actions import admit_by_provider
from adsum.offices.policy import OfficesPolicy
from adsum.policies.queries import in_force

log = structlog.get_logger(__name__)
ASKED_COOKIE = "adsum_provider"  # what was asked of the service: its answer must fit
SALT = "adsum.provider"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
ANSWER_SECONDS, LONGEST_ANSWER, LEEWAY_SECONDS = 10, 500_000, 60


class NoAnswer(Exception):
    """The service does not answer, or says what it should not; the message is for the log, without personal data."""


@anyone
@require_safe
def provider_sign_in(request: HttpRequest) -> HttpResponse:
    """Send the browser to the service, with what its answer must hold again."""
    if not settings.OIDC_ISSUER:
        raise Http404
    try:
        service = _service()
    except NoAnswer as trouble:
        return _failed(request, trouble, "The sign-in service does not answer. Use your password or a passkey.")
    asked = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    challenge = urlsafe_b64encode(sha256(asked["verifier"].encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": _way_back(),
        "scope": "openid email",
        "state": asked["state"],
        "nonce": asked["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    response = HttpResponseRedirect(f"{service['authorization_endpoint']}?{urlencode(query)}")
    sealed = signing.dumps({**asked, "next": request.GET.get("next", "")[:500]}, salt=SALT)
    response.set_cookie(
        ASKED_COOKIE, sealed, max_age=_minutes() * 60, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return response


@anyone
@require_safe
def provider_back(request: HttpRequest) -> HttpResponse:
    """The service sends the browser back. Only what was asked for in this very browser is taken."""
    if not settings.OIDC_ISSUER:
        raise Http404
    try:
        asked = _asked(request)
        email = _email_of(request.GET.get("code", ""), asked)
    except (NoAnswer, jwt.PyJWTError) as trouble:
        return _failed(request, trouble, "Start again from this page.")
    staff = admit_by_provider(email=email, provider="oidc", now=timezone.now())
    if staff is None:
        return _failed(request, NoAnswer("nobody has this e-mail here"), "Ask your operator for access to Adsum.")
    response = let_in(request, staff, str(asked["next"]))
    response.delete_cookie(ASKED_COOKIE)
    return response


def _asked(request: HttpRequest) -> dict[str, str]:
    """What this browser asked for, if the answer is to that."""
    try:
        cookie = request.COOKIES.get(ASKED_COOKIE, "")
        asked: dict[str, str] = signing.loads(cookie, salt=SALT, max_age=_minutes() * 60)
    except signing.BadSignature as error:
        raise NoAnswer("nothing was asked in this browser, or too long ago") from error
    if not compare_digest(asked["state"].encode(), request.GET.get("state", "").encode()):
        raise NoAnswer("the state is another one")
    if request.GET.get("iss", settings.OIDC_ISSUER).rstrip("/") != settings.OIDC_ISSUER:
        raise NoAnswer("another issuer answers (RFC 9207)")
    return asked


def _email_of(code: str, asked: Mapping[str, str]) -> str:
    """The verified e-mail address of whom the service signed in. Raises NoAnswer or PyJWTError."""
    service = _service()
    tokens = _fetch(
        service["token_endpoint"],
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": _way_back(),
            "code_verifier": asked["verifier"],
        },
        {"Authorization": f"Basic {_client_login()}"},
    )
    claims = _claims(str(tokens.get("id_token", "")), service)
    if not compare_digest(str(claims.get("nonce", "")).encode(), asked["nonce"].encode()):
        raise NoAnswer("the nonce is another one")
    if "email" not in claims and service.get("userinfo_endpoint"):
        bearer = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
        told = _fetch(service["userinfo_endpoint"], None, bearer)
        claims |= told if told.get("sub") == claims["sub"] else {}
    if claims.get("email_verified") is not True or not claims.get("email"):
        raise NoAnswer("no verified e-mail address")
    return str(claims["email"])


def _claims(token: str, service: Mapping[str, Any]) -> dict[str, Any]:
    """What the id token says, once signature, issuer, audience and times are right (OpenID Core, 3.1.3.7)."""
    keys = jwt.PyJWKSet.from_dict(_fetch(service["jwks_uri"]))
    named = jwt.get_unverified_header(token).get("kid")
    fitting = [key for key in keys.keys if key.key_id == named or len(keys.keys) == 1]
    if not fitting:
        raise NoAnswer("the token's key is not among the service's")
    claims: dict[str, Any] = jwt.decode(
        token,
        fitting[0],
        algorithms=ALGORITHMS,
        audience=settings.OIDC_CLIENT_ID,
        issuer=service["issuer"],
        leeway=LEEWAY_SECONDS,
        options={"require": ["iss", "sub", "aud", "exp", "iat"]},
    )
    if claims.get("azp", settings.OIDC_CLIENT_ID) != settings.OIDC_CLIENT_ID:
        raise NoAnswer("the token is for another client")
    return claims


def _service() -> dict[str, Any]:
    """Where the service does what, as it says itself."""
    service = _fetch(f"{settings.OIDC_ISSUER}/.well-known/openid-configuration")
    if str(service.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
        raise NoAnswer("the service names another issuer")
    for part in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not _is_safe(str(service.get(part, ""))):
            raise NoAnswer(f"the service names no safe {part}")
    return service


def _is_safe(url: str) -> bool:
    """True for https, and for this machine."""
    if not is_web_address(url):
        return False
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))


def _fetch(url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The JSON object that the service gives. Raises NoAnswer."""
    if not _is_safe(url):
        raise NoAnswer("the address is not https")
    body = urlencode(form).encode() if form is not None else None
    try:
        request = Request(url, body, {"Accept": "application/json", "User-Agent": "Adsum", **(headers or {})})  # noqa: S310
        with urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - https or this machine
            found = json.loads(answer.read(LONGEST_ANSWER))
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise NoAnswer(type(error).__name__) from error
    if not isinstance(found, dict):
        raise NoAnswer("no object")
    return found


def _client_login() -> str:
    """Client id and secret for the token endpoint (RFC 6749, 2.3.1)."""
    name, secret = (quote(part, safe="") for part in (settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET))
    return b64encode(f"{name}:{secret}".encode()).decode()


def _way_back() -> str:
    return f"{settings.PUBLIC_URL}{reverse('provider-back')}"


def _minutes() -> int:
    return in_force(OfficesPolicy, now=timezone.now()).challenge_minutes


def _failed(request: HttpRequest, trouble: Exception, advice: str) -> HttpResponse:
    log.warning("provider.sign-in-failed", why=type(trouble).__name__, trouble=str(trouble)[:200])
    response = sign_in_page(request, {"other_failed": advice, "next": ""}, status=403)
    response.delete_cookie(ASKED_COOKIE)
    return response
