"""A small server that answers as Jira's REST API does, of Jira Cloud or of Jira Data Center.

Users, projects and screens are left out; issues have a due date, a resolution, a status and comments. What
goes wrong is told by `troubles`: each is taken by the first request that it fits.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "t0ken-that-nobody-may-see"
USER = "robot@example.org"
_NO_ISSUE = "Issue does not exist or you do not have permission to see it."
_NO_FIELD = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."


@dataclass
class Issue:
    """An issue. `aka` are its keys in projects where it was before."""

    id: str
    key: str
    due: str | None = None
    resolution: str | None = None
    category: str = "new"
    comments: list[str] = field(default_factory=list)
    aka: tuple[str, ...] = ()
    visible: bool = True
    editable: bool = True
    has_due_date: bool = True


@dataclass
class Trouble:
    """What goes wrong with a request.

    Attributes:
        status: the answer; 0 closes the connection without one.
        method, path: the request that it is for: the beginning of the path below `/rest/api/2/`.
        headers, body: of the answer.
        carried_out: whether the request is carried out all the same.
        slow: seconds before the answer.
        times: how many requests it is for.
    """

    status: int
    method: str = ""
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    carried_out: bool = False
    slow: float = 0
    times: int = 1


@dataclass
class Jira:
    """The state of a server, and the requests that it has had."""

    issues: list[Issue] = field(default_factory=list)
    cloud: bool = False
    page: int = 100
    strict: bool = False
    lag: bool = False
    authorised: bool = True
    silent: bool = False
    troubles: list[Trouble] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    url: str = ""
    context: str = ""
    shown: dict[str, str | None] = field(default_factory=dict)

    def add(self, key: str, due: str | None = None, **values: Any) -> Issue:
        """Add an issue and return it."""
        issue = Issue(id=str(10_000 + len(self.issues)), key=key, due=due, **values)
        self.issues.append(issue)
        self.shown[issue.id] = due
        return issue

    def find(self, name: str) -> Issue | None:
        """Return the issue with that identifier, key or earlier key, if it can be seen."""
        for issue in self.issues:
            if issue.visible and name.upper() in {issue.id, issue.key, *issue.aka}:
                return issue
        return None

    def changes(self) -> list[str]:
        """Return the requests that change something."""
        return [request for request in self.requests if not request.startswith("GET ")]

    @property
    def written(self) -> dict[str, tuple[str | None, list[str]]]:
        """Due date and comments of each issue."""
        return {issue.key: (issue.due, [*issue.comments]) for issue in self.issues}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    jira: Jira

    def log_message(self, *_: Any) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        self._handle("GET")

    def do_PUT(self) -> None:
        self._handle("PUT")

    def do_POST(self) -> None:
        self._handle("POST")

    def _handle(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        path = address.path.removeprefix(f"{self.jira.context}/rest/api/2/")
        self.jira.requests.append(f"{method} {path}")
        trouble = next(
            (
                each
                for each in self.jira.troubles
                if each.method in {"", method} and path.startswith(each.path)
            ),
            None,
        )
        if trouble is None:
            self._answer(*self._result(method, path, parse_qs(address.query), body))
            return
        trouble.times -= 1
        if not trouble.times:
            self.jira.troubles.remove(trouble)
        result = self._result(method, path, parse_qs(address.query), body) if trouble.carried_out else None
        time.sleep(trouble.slow)
        if not trouble.status:
            self.close_connection = True
            self.connection.close()
        elif trouble.status == 200 and result and trouble.body is None:
            self._answer(*result)
        else:
            text = (
                trouble.body if trouble.body is not None else json.dumps({"errorMessages": [], "errors": {}})
            )
            self._send(trouble.status, text.encode(), trouble.headers)

    def _result(  # noqa: PLR0911 -- one case for each address
        self, method: str, path: str, query: dict[str, list[str]], body: bytes
    ) -> tuple[int, Any]:
        if not self._is_known():
            return 401, {
                "message": "Client must be authenticated to access this resource.",
                "status-code": 401,
            }
        parts = path.split("/")
        match method, parts:
            case "GET", ["serverInfo"]:
                kind = "Cloud" if self.jira.cloud else "Server"
                return 200, {"baseUrl": "https://elsewhere.example.org", "versionNumbers": [9, 4, 0],
                             "deploymentType": kind}  # fmt: skip
            case "GET", ["myself"]:
                return 200, {"name": "robot", "active": True}
            case "GET", ["field"]:
                return 200, [{"id": "duedate", "clauseNames": ["due", "duedate"], "name": "Due date"}]
            case "GET", ["search"] if self.jira.cloud:
                return 410, _errors("The requested API has been removed.")
            case ("GET", ["search"]) | ("GET", ["search", "jql"]):
                return self._search(query)
            case "GET", ["issue", name]:
                issue = self.jira.find(name)
                return (404, _errors(_NO_ISSUE)) if issue is None else (200, self._shown(issue))
            case "PUT", ["issue", name]:
                return self._edit(name, json.loads(body))
        return 404, _errors("null for uri")

    def _is_known(self) -> bool:
        sent = self.headers.get("Authorization", "")
        basic = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
        return self.jira.authorised and sent == (f"Basic {basic}" if self.jira.cloud else f"Bearer {TOKEN}")

    def _search(self, query: dict[str, list[str]]) -> tuple[int, Any]:
        keys = re.findall('"([^"]+)"', query["jql"][0])
        found = [issue for key in keys if (issue := self.jira.find(key))]
        unknown = [key for key in keys if not self.jira.find(key)]
        if unknown and (self.jira.strict or self.jira.cloud):
            if self.jira.silent:
                return 400, _errors("The query is not valid.")
            return 400, _errors(
                *(f"An issue with key '{key}' does not exist for field 'key'." for key in unknown)
            )
        first = int(query.get("startAt", query.get("nextPageToken", ["0"]))[0])
        size = min(self.jira.page, int(query["maxResults"][0]))
        page = [self._shown(issue, self.jira.lag) for issue in found[first : first + size]]
        more = first + size < len(found)
        if self.jira.cloud:
            return 200, {"issues": page, "isLast": not more} | (
                {"nextPageToken": str(first + size)} if more else {}
            )
        return 200, {"startAt": first, "maxResults": size, "total": len(found), "issues": page}

    def _shown(self, issue: Issue, lag: bool = False) -> dict[str, Any]:
        resolution = {"name": issue.resolution} if issue.resolution else None
        return {
            "id": issue.id,
            "key": issue.key,
            "self": f"http://elsewhere.example.org/rest/api/2/issue/{issue.id}",
            "fields": {
                "duedate": self.jira.shown[issue.id] if lag else issue.due,
                "resolution": resolution,
                "status": {"name": "Some", "statusCategory": {"key": issue.category}},
            },
        }

    def _edit(self, name: str, values: Any) -> tuple[int, Any]:
        issue = self.jira.find(name)
        if issue is None:
            return 404, _errors(_NO_ISSUE)
        if not issue.editable:
            return 403, _errors("You do not have permission to edit issues in this project.")
        if not issue.has_due_date:
            return 400, _errors(duedate=_NO_FIELD.format("duedate"))
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", values["fields"]["duedate"]):
            return 400, _errors(duedate="Error parsing date string: " + values["fields"]["duedate"])
        issue.due = values["fields"]["duedate"]
        issue.comments += [each["add"]["body"] for each in values["update"]["comment"]]
        return 204, None

    def _answer(self, status: int, values: Any) -> None:
        self._send(status, b"" if values is None else json.dumps(values).encode(), {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        if status == 204:
            body = b""
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _errors(*messages: str, **fields: str) -> dict[str, Any]:
    return {"errorMessages": list(messages), "errors": fields}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Print nothing: clients that gave up are expected."""


@contextmanager
def served(jira: Jira) -> Iterator[Jira]:
    """Serve `jira` on a port of this machine."""
    handler = type("Handler", (_Handler,), {"jira": jira})
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        jira.url = f"http://127.0.0.1:{server.server_port}{jira.context}"
        try:
            yield jira
        finally:
            server.shutdown()
