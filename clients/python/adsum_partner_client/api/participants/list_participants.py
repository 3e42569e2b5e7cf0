from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.participant_page import ParticipantPage
from ...models.problem_out import ProblemOut
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    case_number: None | str | Unset = UNSET,
    office: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_case_number: None | str | Unset
    if isinstance(case_number, Unset):
        json_case_number = UNSET
    else:
        json_case_number = case_number
    params["case_number"] = json_case_number

    json_office: None | str | Unset
    if isinstance(office, Unset):
        json_office = UNSET
    else:
        json_office = office
    params["office"] = json_office

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/participants",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ParticipantPage | ProblemOut | None:
    if response.status_code == 200:
        response_200 = ParticipantPage.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ProblemOut.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ProblemOut.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ProblemOut.from_dict(response.json())

        return response_403

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
) -> Response[ParticipantPage | ProblemOut]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    case_number: None | str | Unset = UNSET,
    office: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
) -> Response[ParticipantPage | ProblemOut]:
    """List Participants

     The participants of your offices, page by page; or the one with a case number, which needs no
    further scope.

    Args:
        case_number (None | str | Unset):
        office (None | str | Unset):
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset): So many rows at most; the programme may set fewer. Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ParticipantPage | ProblemOut]
    """

    kwargs = _get_kwargs(
        case_number=case_number,
        office=office,
        cursor=cursor,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    case_number: None | str | Unset = UNSET,
    office: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
) -> ParticipantPage | ProblemOut | None:
    """List Participants

     The participants of your offices, page by page; or the one with a case number, which needs no
    further scope.

    Args:
        case_number (None | str | Unset):
        office (None | str | Unset):
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset): So many rows at most; the programme may set fewer. Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ParticipantPage | ProblemOut
    """

    return sync_detailed(
        client=client,
        case_number=case_number,
        office=office,
        cursor=cursor,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    case_number: None | str | Unset = UNSET,
    office: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
) -> Response[ParticipantPage | ProblemOut]:
    """List Participants

     The participants of your offices, page by page; or the one with a case number, which needs no
    further scope.

    Args:
        case_number (None | str | Unset):
        office (None | str | Unset):
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset): So many rows at most; the programme may set fewer. Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ParticipantPage | ProblemOut]
    """

    kwargs = _get_kwargs(
        case_number=case_number,
        office=office,
        cursor=cursor,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    case_number: None | str | Unset = UNSET,
    office: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
) -> ParticipantPage | ProblemOut | None:
    """List Participants

     The participants of your offices, page by page; or the one with a case number, which needs no
    further scope.

    Args:
        case_number (None | str | Unset):
        office (None | str | Unset):
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset): So many rows at most; the programme may set fewer. Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ParticipantPage | ProblemOut
    """

    return (
        await asyncio_detailed(
            client=client,
            case_number=case_number,
            office=office,
            cursor=cursor,
            limit=limit,
        )
    ).parsed
