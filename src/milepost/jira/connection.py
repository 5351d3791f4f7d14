"""The connection to Jira's REST API, by the client `jira`: reads issues, and sets due dates with a comment.

A change is one request, with the date and the comment in it, so that there is never one without the other.
Where an answer is lost, the issue is read before the change is sent again. The token is in no message: those
that come from outside lose it, and errors of the client, whose texts have the headers of requests, are never
printed.
"""

from __future__ import annotations

import itertools
import re
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NoReturn, TypeVar
from urllib.parse import urlsplit

import requests

from jira import JIRA, JIRAError
from milepost.base.addresses import is_local
from milepost.base.errors import MilepostError, Problem, count, printable
from milepost.jira.plan import Issue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jira import Issue as Resource

_Result = TypeVar("_Result")

_DELAYS = (1, 2, 4, 8)
"""Seconds before each further attempt, where the server does not say how long to wait."""
_LONGEST_WAIT = 120
_TRANSIENT = {429, 502, 503, 504}
_TIMEOUTS = (10.0, 60.0)
"""Seconds until there must be a connection, and an answer."""
_BATCH = 50
"""Issues in one search: the address of the request stays short."""
_FIELDS = ["duedate", "resolution", "status"]
_LONGEST_TEXT = 300
_TOKEN_VARIABLE = "MILEPOST_JIRA_TOKEN"  # noqa: S105 -- its name, not its value
_USER_VARIABLE = "MILEPOST_JIRA_USER"
_NEW_TOKEN = f"make a new one, and set {_TOKEN_VARIABLE} to it"
_DENIED = "X-Authentication-Denied-Reason"
_LOGIN = "log in to Jira with a browser: it may ask for a captcha"
_CLOUD = ".atlassian.net"
_ODD = (AttributeError, LookupError, NotImplementedError, TypeError, ValueError)
"""What the client raises for answers of an unexpected form."""
_NOT_JIRA = "this is not an answer of Jira", "check the address, and whether it asks for a login first"


class IssueError(Exception):
    """Raised for what is wrong with one issue; `status` is that of the answer, if there was one."""

    def __init__(self, message: str, hint: str = "", status: int | None = None) -> None:
        self.hint, self.status = hint, status
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What Jira knows us by.

    Attributes:
        token: a personal access token or, with a user, an API token.
        user: the address of the account, which Jira Cloud needs.
    """

    token: str = field(repr=False)
    user: str | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Credentials:
        """Return the credentials in `environment`.

        Raises:
            MilepostError: there are none, or they cannot be sent.
        """
        token, user = (environment.get(name, "").strip() for name in (_TOKEN_VARIABLE, _USER_VARIABLE))
        problems = [
            Problem(rule="jira", message=f"{name} has a character that cannot be in it", hint="copy it again")
            for name, value in ((_TOKEN_VARIABLE, token), (_USER_VARIABLE, user))
            if not re.fullmatch(r"[!-~]*", value) or (name == _USER_VARIABLE and ":" in value)
        ]
        if not token:
            hint = "make a token in your profile in Jira, and set this variable to it"
            problems.append(Problem(rule="jira", message=f"{_TOKEN_VARIABLE} is not set", hint=hint))
        if problems:
            raise MilepostError(*problems)
        return cls(token=token, user=user or None)

    def hidden_in(self, text: str) -> str:
        """Return `text` without the token."""
        basic = b64encode(f"{self.user}:{self.token}".encode()).decode()
        return text.replace(basic, "***").replace(self.token, "***")


class Connection:
    """A connection to one server."""

    def __init__(
        self,
        server: str,
        credentials: Credentials,
        sleep: Callable[[float], None],
        say: Callable[[str], None],
        timeouts: tuple[float, float] = _TIMEOUTS,
    ) -> None:
        """Connect to `server`.

        Args:
            server: its address.
            credentials: what it knows us by.
            sleep: waits for some seconds.
            say: shows a message while waiting.
            timeouts: seconds until there must be a connection, and an answer.

        Raises:
            MilepostError: it does not answer, is not Jira, or refuses the token.
        """
        self._server, self._credentials = server, credentials
        self._sleep, self._say = sleep, say
        self._resources: dict[str, Resource] = {}
        user, token = credentials.user, credentials.token
        self._client = JIRA(
            server,
            basic_auth=(user, token) if user else None,
            token_auth=None if user else token,
            logging=False,
            max_retries=0,
            timeout=timeouts,
            get_server_info=False,
        )
        session = self._client._session
        session.max_redirects = 0  # a change that is redirected would become a request for a page
        session.trust_env = not is_local(server)  # what is not encrypted must not go through a proxy
        try:
            self._client.deploymentType = self._again(
                lambda: self._client.server_info().get("deploymentType")
            )
            self._again(self._client.myself)  # a search with a wrong token only finds less
        except IssueError as error:
            self._stop(f"{error}", error.hint or "check the address")

    def issues(self, keys: Sequence[str]) -> dict[str, Issue | str]:
        """Return for each key the issue, or why it cannot be read.

        Raises:
            MilepostError: Jira refuses the token or the search, or does not answer.
        """
        found: dict[str, Issue | str] = {}
        for first in range(0, len(keys), _BATCH):
            found |= self._search(keys[first : first + _BATCH])
        for key in keys:
            if key not in found:  # there is none, or it has another key now
                try:
                    found[key] = self.issue(key)
                except IssueError as error:
                    found[key] = str(error)
        return found

    def issue(self, key: str) -> Issue:
        """Return the issue with this key or identifier, as it is now.

        Raises:
            IssueError: it cannot be read.
            MilepostError: Jira refuses the token or does not answer.
        """
        resource = self._again(lambda: self._client.issue(key, fields=",".join(_FIELDS)))
        return self._read(resource)

    def set_due(self, issue: Issue, due: date, comment: str) -> None:
        """Set the due date of `issue`, with `comment` in Jira's markup.

        Raises:
            IssueError: Jira refuses.
            MilepostError: Jira refuses the token or does not answer.
        """
        attempts = itertools.count()

        def change() -> None:
            if next(attempts) and self.issue(issue.id).due == due:
                return  # the answer was lost
            resource = self._resources[issue.id]
            # The server may call itself by another address, or by one that is not encrypted.
            resource.self = f"{self._server}/rest/api/2/issue/{issue.id}"
            try:
                resource.update(
                    fields={"duedate": due.isoformat()}, update={"comment": [{"add": {"body": comment}}]}
                )
            except JIRAError as error:
                if error.response is None or error.response.request.method == "PUT":
                    raise
                # The client reads the issue after it has changed it: that may fail without harm.
            else:
                if (now := self._read(resource).due) != due:
                    now_due = now.isoformat() if now else "on no day"
                    raise IssueError(f"Jira took the change, but the issue is due {now_due}")

        self._again(change)

    def _search(self, keys: Sequence[str]) -> dict[str, Issue | str]:
        """Return the issues that a search finds for `keys`; Jira refuses one with unknown keys."""
        if not keys:
            return {}
        listed = ", ".join(f'"{key}"' for key in keys)
        try:
            resources = self._again(
                lambda: self._client.search_issues(
                    f"key in ({listed})", maxResults=0, validate_query=False, fields=list(_FIELDS)
                )
            )
        except IssueError as error:
            if error.status != 400:
                self._stop(f"it refuses a search: {error}", "check the permissions of the account")
            named = set(re.findall(r"[A-Z][A-Z0-9_]*-[0-9]+", str(error).upper()))
            rest = [key for key in keys if key not in named]
            if len(rest) < len(keys):
                return self._search(rest)
            if len(keys) == 1:
                return {}
            half = len(keys) // 2
            return self._search(keys[:half]) | self._search(keys[half:])
        found = map(self._read, resources)
        return {issue.key.upper(): issue for issue in found}

    def _read(self, resource: Resource) -> Issue:
        try:
            fields = resource.raw["fields"]
            status = (fields.get("status") or {}).get("statusCategory") or {}
            due = fields.get("duedate")
            issue = Issue(
                id=str(resource.raw["id"]),
                key=str(resource.raw["key"]),
                due=date.fromisoformat(due) if due else None,
                resolved=fields.get("resolution") is not None or status.get("key") == "done",
            )
        except _ODD:
            self._stop(*_NOT_JIRA)
        if not re.fullmatch("[0-9]+", issue.id):
            self._stop(*_NOT_JIRA)
        self._resources[issue.id] = resource
        return issue

    def _again(self, call: Callable[[], _Result]) -> _Result:
        """Return what `call` gives, called again after what may pass.

        Raises:
            IssueError: Jira refuses what is asked.
            MilepostError: it refuses the token, does not answer, or is no Jira.
        """
        for delay in (*_DELAYS, None):
            wait: float | None = delay
            try:
                return call()
            except JIRAError as error:
                if error.status_code not in _TRANSIENT:
                    raise self._fault(error) from None
                reason = f"it answers {error.status_code}"
                if delay is not None:
                    wait = max(_asked_to_wait(error), delay)
            except requests.exceptions.SSLError:
                hint = "check its address; REQUESTS_CA_BUNDLE names a file of other certificates"
                self._stop("its certificate is not valid here", hint)
            except requests.TooManyRedirects as error:
                self._redirected(error)
            except requests.Timeout:
                reason = "no answer in time"
            except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
                reason = "no connection"
            except (requests.RequestException, *_ODD):
                self._stop(*_NOT_JIRA)
            if wait is None:
                self._stop(
                    f"{reason}, {len(_DELAYS) + 1} times",
                    "check the address and the connection, or try again later",
                )
            if wait > _LONGEST_WAIT:
                self._stop(f"it asks to wait {count(round(wait), 'second')}", "run the command again then")
            self._say(f"Jira: {reason}; waiting {count(round(wait), 'second')}")
            self._sleep(wait)
        raise AssertionError("the last attempt ends the loop")

    def _fault(self, error: JIRAError) -> Exception:
        """Return the error that says what Jira refuses, which is the whole run without a valid token."""
        status, text = error.status_code, self._text(error)
        denied = error.response is not None and _DENIED in error.response.headers
        if status == 401 or denied:
            cloud = (urlsplit(self._server).hostname or "").endswith(_CLOUD) and not self._credentials.user
            hint = f"Jira Cloud needs the account in {_USER_VARIABLE}" if cloud else _NEW_TOKEN
            return self._problem("Jira refuses the token", _LOGIN if denied else hint)
        fields = _fields_at_fault(error)
        if status == 400 and "duedate" in fields:
            hint = "ask who administers the project to add it to the screen on which issues are edited"
            return IssueError(f"Jira cannot set the field Due date: {text}", hint, status)
        message, hint = {
            403: ("the account may not change this issue", "ask for the permission to edit issues"),
            404: ("there is no such issue, or the account may not see it", "check the key"),
        }.get(status or 0, (f"Jira refuses this: {text}", ""))
        return IssueError(message, hint, status)

    def _text(self, error: JIRAError) -> str:
        """Return what Jira says, in one line, without the token; pages of a proxy say nothing."""
        words = " ".join(self._credentials.hidden_in(printable(error.text or "")).split())
        if not words or words.startswith("<"):
            return f"HTTP {error.status_code}"
        return words if len(words) <= _LONGEST_TEXT else f"{words[:_LONGEST_TEXT]} ..."

    def _redirected(self, error: requests.TooManyRedirects) -> NoReturn:
        target = urlsplit(error.response.headers.get("Location", "")) if error.response is not None else None
        place = f"{target.scheme}://{target.hostname}" if target and target.hostname else "another page"
        self._stop(
            f"it leads on to {printable(place)}", "write the address of Jira itself, and check the token"
        )

    def _stop(self, message: str, hint: str) -> NoReturn:
        raise self._problem(message, hint) from None

    def _problem(self, message: str, hint: str) -> MilepostError:
        return MilepostError(Problem(rule="jira", message=f"{self._server}: {message}", hint=hint))


def _asked_to_wait(error: JIRAError) -> float:
    """Return for how many seconds the server asks to wait (RFC 9110, 10.2.3)."""
    headers = {} if error.response is None else error.response.headers
    asked = headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdecimal():
        return float(asked)
    with suppress(LookupError, TypeError, ValueError):
        return (parsedate_to_datetime(asked) - parsedate_to_datetime(headers["Date"])).total_seconds()
    return 0


def _fields_at_fault(error: JIRAError) -> Mapping[str, object]:
    """Return the fields that Jira names in its answer, with what is wrong with them."""
    with suppress(requests.RequestException, *_ODD):
        fields = error.response.json()["errors"] if error.response is not None else {}
        return fields if isinstance(fields, dict) else {}
    return {}
