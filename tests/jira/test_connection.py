"""The connection to Jira, over HTTP: what is read and changed, what passes, and what stops it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.jira_server import TOKEN, USER, Jira, Trouble, served

from milepost.base.errors import MilepostError
from milepost.jira.connection import Connection, Credentials, IssueError
from milepost.jira.plan import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator

JUNE = date(2024, 6, 1)


class Client:
    """A connection to a server, the seconds that it waited, and what it said while waiting."""

    def __init__(self, jira: Jira, **values: Any) -> None:
        self.waited: list[float] = []
        self.said: list[str] = []
        credentials = Credentials(token=TOKEN, user=USER if jira.cloud else None)
        credentials = values.pop("credentials", credentials)
        self.connection = Connection(jira.url, credentials, self.waited.append, self.said.append, **values)


@pytest.fixture(params=["server", "cloud"])
def jira(request: pytest.FixtureRequest) -> Iterator[Jira]:
    with served(Jira(cloud=request.param == "cloud")) as found:
        yield found


@pytest.fixture
def server() -> Iterator[Jira]:
    with served(Jira()) as found:
        yield found


@contextmanager
def stops(expected: str, jira: Jira) -> Iterator[None]:
    with pytest.raises(MilepostError) as raised:
        yield
    assert str(raised.value).replace(jira.url, "SERVER") == expected
    assert TOKEN not in str(raised.value)


def test_issues_are_found_in_batches_and_pages(jira: Jira) -> None:
    jira.page = 20
    for number in range(1, 121):
        jira.add(f"AB-{number}", f"2024-01-{number % 28 + 1:02}")
    keys = [f"AB-{number}" for number in range(120, 0, -1)]
    found = Client(jira).connection.issues(keys)
    assert set(found) == set(keys)
    first = found["AB-1"]
    assert isinstance(first, Issue)
    assert (first.key, first.due, first.resolved) == ("AB-1", date(2024, 1, 2), False)
    searches = [request for request in jira.requests if "search" in request]
    assert len(searches) == 3 + 3 + 1  # batches of 50, 50 and 20 in pages of 20
    assert not any(request.startswith("GET issue/") for request in jira.requests)


@pytest.mark.parametrize(("strict", "silent"), [(False, False), (True, False), (True, True)])
def test_unknown_and_moved_issues_do_not_hide_others(server: Jira, strict: bool, silent: bool) -> None:
    server.strict, server.silent = strict, silent
    for number in range(1, 10):
        server.add(f"AB-{number}")
    server.add("CD-7", "2024-05-01", aka=("AB-10",))
    server.add("AB-11", visible=False)
    keys = [f"AB-{number}" for number in range(1, 13)]
    found = Client(server).connection.issues(keys)
    assert [key for key in keys if isinstance(found[key], Issue)] == keys[:10]
    moved = found["AB-10"]
    assert isinstance(moved, Issue)
    assert (moved.key, moved.due) == ("CD-7", date(2024, 5, 1))
    assert found["AB-11"] == found["AB-12"] == "there is no such issue, or the account may not see it"


@pytest.mark.parametrize(
    ("values", "resolved"),
    [({}, False), ({"resolution": "Done"}, True), ({"category": "done"}, True), ({"category": "x"}, False)],
)
def test_what_is_resolved(server: Jira, values: dict[str, str], resolved: bool) -> None:
    server.add("AB-1", **values)
    assert Client(server).connection.issue("AB-1").resolved is resolved


def set_due(client: Client, key: str = "AB-1") -> None:
    client.connection.set_due(client.connection.issue(key), JUNE, "Why.")


def test_a_change_is_one_request_with_its_comment(jira: Jira) -> None:
    issue = jira.add("AB-1", "2024-05-01")
    set_due(Client(jira))
    assert (issue.due, issue.comments) == ("2024-06-01", ["Why."])
    assert jira.changes() == [f"PUT issue/{issue.id}"]


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize(
    ("status", "slow"), [(0, 0), (502, 0), (503, 0), (504, 0), (200, 1.5)], ids=["lost", *"234", "late"]
)
def test_a_lost_answer_brings_no_second_comment(
    server: Jira, status: int, slow: float, carried_out: bool
) -> None:
    issue = server.add("AB-1")
    server.troubles.append(Trouble(status, "PUT", carried_out=carried_out, slow=slow))
    client = Client(server, timeouts=(5, 1))
    set_due(client)
    assert (issue.due, issue.comments) == ("2024-06-01", ["Why."])
    assert len(server.changes()) == (1 if carried_out else 2)
    assert client.waited == [1]


@pytest.mark.parametrize("status", [0, 404, 502])
def test_what_cannot_be_read_after_a_change_is_changed(server: Jira, status: int) -> None:
    issue = server.add("AB-1")
    client = Client(server)
    found = client.connection.issue("AB-1")
    server.troubles.append(Trouble(status, "GET", "issue/"))
    client.connection.set_due(found, JUNE, "Why.")
    assert (issue.due, issue.comments) == ("2024-06-01", ["Why."])


def test_a_server_below_a_path() -> None:
    with served(Jira(context="/tracker")) as jira:
        issue = jira.add("AB-1")
        set_due(Client(jira))
    assert (issue.due, issue.comments) == ("2024-06-01", ["Why."])


def test_a_date_that_was_not_set_is_told(server: Jira) -> None:
    server.add("AB-1")
    server.troubles.append(Trouble(204, "PUT"))
    with pytest.raises(IssueError, match="Jira took the change, but the issue is due on no day"):
        set_due(Client(server))


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({}, [1]),
        ({"Retry-After": "7"}, [7]),
        ({"Retry-After": "0"}, [1]),
        ({"Retry-After": "soon"}, [1]),
        ({"Date": "Thu, 01 Jan 2026 10:00:00 GMT", "Retry-After": "Thu, 01 Jan 2026 10:00:30 GMT"}, [30]),
        ({"Date": "Thu, 01 Jan 2026 10:00:30 GMT", "Retry-After": "Thu, 01 Jan 2026 10:00:00 GMT"}, [1]),
        ({"Retry-After": "Thu, 01 Jan 2026 10:00:30 GMT"}, [1]),
    ],
)
def test_too_many_requests(server: Jira, headers: dict[str, str], waited: list[float]) -> None:
    server.add("AB-1")
    client = Client(server)
    server.troubles.append(Trouble(429, "GET", "search", headers=headers))
    assert isinstance(client.connection.issues(["AB-1"])["AB-1"], Issue)
    assert client.waited == waited
    assert client.said == [f"Jira: it answers 429; waiting {waited[0]} second{'s' * (waited[0] > 1)}"]


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (Trouble(503, times=9),
         "it answers 503, 5 times (check the address and the connection, or try again later)"),
        (Trouble(0, times=9),
         "no connection, 5 times (check the address and the connection, or try again later)"),
        (Trouble(429, headers={"Retry-After": "3600"}),
         "it asks to wait 3600 seconds (run the command again then)"),
        (Trouble(302, headers={"Location": "https://login.example.org/x?y"}),
         "it leads on to https://login.example.org (write the address of Jira itself, and check the token)"),
        (Trouble(302, headers={"Location": "/login"}),
         "it leads on to another page (write the address of Jira itself, and check the token)"),
        (Trouble(200, body="<html>Log in</html>"),
         "this is not an answer of Jira (check the address, and whether it asks for a login first)"),
        (Trouble(200, body='["x"]'),
         "this is not an answer of Jira (check the address, and whether it asks for a login first)"),
        (Trouble(404, body="<html>404</html>"),
         "there is no such issue, or the account may not see it (check the key)"),
        (Trouble(403, headers={"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=x"}),
         "Jira refuses the token (log in to Jira with a browser: it may ask for a captcha)"),
    ],
)  # fmt: skip
def test_what_stops_at_once(server: Jira, trouble: Trouble, expected: str) -> None:
    server.troubles.append(trouble)
    with stops(f"SERVER: {expected}", server):
        Client(server)


def test_a_token_that_is_refused(jira: Jira) -> None:
    jira.authorised = False
    expected = "SERVER: Jira refuses the token (make a new one, and set MILEPOST_JIRA_TOKEN to it)"
    with stops(expected, jira):
        Client(jira)
    jira.authorised = True
    jira.add("AB-1")
    client = Client(jira)
    found = client.connection.issue("AB-1")
    jira.authorised = False
    with stops(expected, jira):
        client.connection.set_due(found, JUNE, "Why.")


def test_nobody_who_listens_is_told() -> None:
    with stops(
        "SERVER: no connection, 5 times (check the address and the connection, or try again later)",
        gone := Jira(url="http://127.0.0.1:9"),
    ):
        Client(gone)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"errorMessages": [f"I saw {TOKEN}."], "errors": {}}, "Jira refuses this: I saw ***."),
        ({"errorMessages": [], "errors": {"comment": "No.\x1b[2J"}}, "Jira refuses this: No.<U+001B>[2J"),
        ({"errorMessages": [], "errors": {}}, "Jira refuses this: HTTP 400"),
        ({"errorMessages": ["x" * 400], "errors": {}}, f"Jira refuses this: {'x' * 300} ..."),
        ({"message": "Wrong."}, "Jira refuses this: Wrong."),
        ({"errors": [1]}, "Jira refuses this: HTTP 400"),
        ("<html>Bad</html>", "Jira refuses this: HTTP 400"),
        ({"errors": {"duedate": "Field 'duedate' cannot be set."}},
         "Jira cannot set the field Due date: Field 'duedate' cannot be set."),
    ],
)  # fmt: skip
def test_what_jira_says_is_shown_without_the_token(server: Jira, answer: Any, expected: str) -> None:
    server.add("AB-1")
    body = answer if isinstance(answer, str) else json.dumps(answer)
    server.troubles.append(Trouble(400, "PUT", body=body))
    with pytest.raises(IssueError) as raised:
        set_due(Client(server))
    assert str(raised.value) == expected


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500])
def test_faults_of_one_issue_are_no_faults_of_the_run(server: Jira, status: int) -> None:
    server.add("AB-1")
    server.troubles.append(Trouble(status, "PUT"))
    client = Client(server)
    with pytest.raises(IssueError):
        set_due(client)
    set_due(client)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "MILEPOST_JIRA_TOKEN is not set"),
        ({"MILEPOST_JIRA_TOKEN": " \n"}, "MILEPOST_JIRA_TOKEN is not set"),
        ({"MILEPOST_JIRA_TOKEN": "t0p\nsecret"}, "MILEPOST_JIRA_TOKEN has a character that cannot be in it"),
        ({"MILEPOST_JIRA_TOKEN": "t0p–secret"}, "MILEPOST_JIRA_TOKEN has a character that cannot be in it"),
        ({"MILEPOST_JIRA_TOKEN": "t0p", "MILEPOST_JIRA_USER": "a:b"}, "MILEPOST_JIRA_USER has a character"),
    ],
)
def test_the_token_is_in_the_environment_only(environment: dict[str, str], expected: str) -> None:
    with pytest.raises(MilepostError) as raised:
        Credentials.of(environment)
    assert str(raised.value).startswith(expected)
    assert "t0p" not in str(raised.value)


def test_blanks_around_a_token_are_none_of_it() -> None:
    found = Credentials.of({"MILEPOST_JIRA_TOKEN": "t0p\n", "MILEPOST_JIRA_USER": ""})
    assert found == Credentials(token="t0p")
    assert "t0p" not in repr(found)
