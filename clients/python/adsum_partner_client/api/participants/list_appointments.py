import datetime
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.appointment_list import AppointmentList
from ...models.problem_out import ProblemOut
from ...types import UNSET, Response, Unset


def _get_kwargs(
    participant_id: str,
    *,
    since: datetime.date | None | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    json_since: None | str | Unset
    if isinstance(since, Unset):
        json_since = UNSET
    elif isinstance(since, datetime.date):
        json_since = since.isoformat()
    else:
        json_since = since
    params["since"] = json_since

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/participants/{participant_id}/appointments".format(
            participant_id=quote(str(participant_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | AppointmentList | ProblemOut | None:
    if response.status_code == 200:
        response_200 = AppointmentList.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

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
) -> Response[Any | AppointmentList | ProblemOut]:
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
    since: datetime.date | None | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | AppointmentList | ProblemOut]:
    """List Appointments

     Hearings and appointments from a day on (today), the first hundred; also those that were moved or
    cancelled.

    Args:
        participant_id (str): A participant's id, as a list gave it to you.
        since (datetime.date | None | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | AppointmentList | ProblemOut]
    """

    kwargs = _get_kwargs(
        participant_id=participant_id,
        since=since,
        if_none_match=if_none_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    participant_id: str,
    *,
    client: AuthenticatedClient,
    since: datetime.date | None | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | AppointmentList | ProblemOut | None:
    """List Appointments

     Hearings and appointments from a day on (today), the first hundred; also those that were moved or
    cancelled.

    Args:
        participant_id (str): A participant's id, as a list gave it to you.
        since (datetime.date | None | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | AppointmentList | ProblemOut
    """

    return sync_detailed(
        participant_id=participant_id,
        client=client,
        since=since,
        if_none_match=if_none_match,
    ).parsed


async def asyncio_detailed(
    participant_id: str,
    *,
    client: AuthenticatedClient,
    since: datetime.date | None | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[Any | AppointmentList | ProblemOut]:
    """List Appointments

     Hearings and appointments from a day on (today), the first hundred; also those that were moved or
    cancelled.

    Args:
        participant_id (str): A participant's id, as a list gave it to you.
        since (datetime.date | None | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | AppointmentList | ProblemOut]
    """

    kwargs = _get_kwargs(
        participant_id=participant_id,
        since=since,
        if_none_match=if_none_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    participant_id: str,
    *,
    client: AuthenticatedClient,
    since: datetime.date | None | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Any | AppointmentList | ProblemOut | None:
    """List Appointments

     Hearings and appointments from a day on (today), the first hundred; also those that were moved or
    cancelled.

    Args:
        participant_id (str): A participant's id, as a list gave it to you.
        since (datetime.date | None | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | AppointmentList | ProblemOut
    """

    return (
        await asyncio_detailed(
            participant_id=participant_id,
            client=client,
            since=since,
            if_none_match=if_none_match,
        )
    ).parsed
