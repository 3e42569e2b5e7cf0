from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.address_report import AddressReport
from ...models.contact_report import ContactReport
from ...models.other_report import OtherReport
from ...models.problem_out import ProblemOut
from ...models.report_out import ReportOut
from ...types import Response


def _get_kwargs(
    participant_id: str,
    *,
    body: AddressReport | ContactReport | OtherReport,
    idempotency_key: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/participants/{participant_id}/reports".format(
            participant_id=quote(str(participant_id), safe=""),
        ),
    }

    if isinstance(body, AddressReport):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, ContactReport):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ProblemOut | ReportOut | None:
    if response.status_code == 201:
        response_201 = ReportOut.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = ProblemOut.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ProblemOut.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ProblemOut.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ProblemOut.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = ProblemOut.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = ProblemOut.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ProblemOut.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = ProblemOut.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ProblemOut.from_dict(response.json())

        return response_429

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ProblemOut | ReportOut]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    participant_id: str,
    *,
    client: AuthenticatedClient,
    body: AddressReport | ContactReport | OtherReport,
    idempotency_key: str,
) -> Response[ProblemOut | ReportOut]:
    """Make Report

     Report another address or number, or anything else. Nothing changes by it: an officer looks and
    decides.

    Args:
        participant_id (str): A participant's id, as a list gave it to you.
        idempotency_key (str):
        body (AddressReport | ContactReport | OtherReport):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemOut | ReportOut]
    """

    kwargs = _get_kwargs(
        participant_id=participant_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    participant_id: str,
    *,
    client: AuthenticatedClient,
    body: AddressReport | ContactReport | OtherReport,
    idempotency_key: str,
) -> ProblemOut | ReportOut | None:
    """Make Report

     Report another address or number, or anything else. Nothing changes by it: an officer looks and
    decides.

    Args:
        participant_id (str): A participant's id, as a list gave it to you.
        idempotency_key (str):
        body (AddressReport | ContactReport | OtherReport):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemOut | ReportOut
    """

    return sync_detailed(
        participant_id=participant_id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    participant_id: str,
    *,
    client: AuthenticatedClient,
    body: AddressReport | ContactReport | OtherReport,
    idempotency_key: str,
) -> Response[ProblemOut | ReportOut]:
    """Make Report

     Report another address or number, or anything else. Nothing changes by it: an officer looks and
    decides.

    Args:
        participant_id (str): A participant's id, as a list gave it to you.
        idempotency_key (str):
        body (AddressReport | ContactReport | OtherReport):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemOut | ReportOut]
    """

    kwargs = _get_kwargs(
        participant_id=participant_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    participant_id: str,
    *,
    client: AuthenticatedClient,
    body: AddressReport | ContactReport | OtherReport,
    idempotency_key: str,
) -> ProblemOut | ReportOut | None:
    """Make Report

     Report another address or number, or anything else. Nothing changes by it: an officer looks and
    decides.

    Args:
        participant_id (str): A participant's id, as a list gave it to you.
        idempotency_key (str):
        body (AddressReport | ContactReport | OtherReport):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemOut | ReportOut
    """

    return (
        await asyncio_detailed(
            participant_id=participant_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
