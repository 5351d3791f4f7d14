"""The server: what clients ask by the protocol becomes calls of the functions of this package."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, json_rpc, lsp_method

from milepost.lsp.checking.background import Background
from milepost.lsp.completion import ItemKind, completions
from milepost.lsp.diagnostics import ACCEPT
from milepost.lsp.documents import Document
from milepost.lsp.hover import about_rule, hover
from milepost.lsp.outline import foldings, outline
from milepost.lsp.reading.text import Edit, Position, Span, Text, column_of, units_of
from milepost.rulebook import book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from milepost.lsp.diagnostics import Diagnostic
    from milepost.lsp.outline import Node
    from milepost.lsp.reading.names import Symbol

_ITEM_KINDS = {
    ItemKind.KEY: types.CompletionItemKind.Property,
    ItemKind.VALUE: types.CompletionItemKind.EnumMember,
    ItemKind.NAME: types.CompletionItemKind.Reference,
    ItemKind.ROLE: types.CompletionItemKind.Keyword,
}
_SYMBOL_KINDS = {
    "part": types.SymbolKind.Namespace,
    "section": types.SymbolKind.String,
    "milestone": types.SymbolKind.Event,
    "reference": types.SymbolKind.File,
    "figure": types.SymbolKind.Object,
    "acronym": types.SymbolKind.Constant,
}


class _Refusal(JsonRpcException):
    """What a request asks for is not possible: RequestFailed of the protocol."""

    CODE = -32803


def _is_no_refusal(record: logging.LogRecord) -> bool:
    """Return whether a record of the log is about more than a request that was refused."""
    return not (record.exc_info and isinstance(record.exc_info[1], _Refusal))


class _Json(str):
    """A result that is JSON already: the library would take a second for some thousands of values."""

    __slots__ = ()


class _Protocol(LanguageServerProtocol):
    """The protocol without the library's own copies of the texts: their lines end where editors' do not."""

    def _send_data(self, data: Any) -> None:
        result = getattr(data, "result", None)
        if not isinstance(result, _Json):
            super()._send_data(data)
        elif self.writer is not None:
            answer = f'{{"jsonrpc":"2.0","id":{json.dumps(data.id)},"result":{result}}}'.encode()
            self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(answer), answer))

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        self._server.opened(params.text_document)  # type: ignore[attr-defined]  # it is our Server

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        self._server.changed(params)  # type: ignore[attr-defined]  # it is our Server

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._server.closed(params.text_document.uri)  # type: ignore[attr-defined]  # it is our Server


class Server(LanguageServer):
    """A language server with the documents that are open."""

    def __init__(self, version: str) -> None:
        super().__init__("milepost", version, protocol_cls=_Protocol)
        self.documents: dict[str, Document] = {}
        self.background = Background()

    @property
    def has_been_shut_down(self) -> bool:
        """Whether the client has asked to end before it ended."""
        return bool(self.protocol._shutdown)  # the library does not say it in another way

    # --- The texts ---

    def opened(self, item: types.TextDocumentItem) -> None:
        """Remember a text, if it can be a document."""
        self.closed(item.uri)
        if item.language_id.startswith("yaml") or item.uri.endswith((".yaml", ".yml")):
            document = Document(item.uri, Text(item.text), item.version)
            self.documents[item.uri] = document
            document.check_later(self.background, self.publish)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """Change a text."""
        document = self.documents.get(params.text_document.uri)
        if document is None:
            return
        for change in params.content_changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                document.text.change(Edit(self.span_of(document, change.range), change.text))
            else:
                document.text.replace(change.text)
        document.version = params.text_document.version
        document.check_later(self.background, self.publish)

    def closed(self, uri: str) -> None:
        """Forget a text, and remove its findings from the editor."""
        document = self.documents.pop(uri, None)
        if document is not None:
            document.close()
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def document(self, uri: str) -> Document | None:
        """Return an open document; None for other texts."""
        document = self.documents.get(uri)
        return document if document is not None and document.names.lines.is_document else None

    def publish(self, document: Document) -> None:
        """Send the findings in a document."""
        if self.documents.get(document.uri) is document:
            found = [self.diagnostic_of(document, each) for each in document.found]
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(document.uri, found, document.version)
            )

    # --- Positions ---

    @property
    def _encoding(self) -> str:
        return self.workspace.position_encoding or types.PositionEncodingKind.Utf16

    def position_of(self, document: Document, position: types.Position) -> Position:
        """Return a position of the client as ours."""
        line = document.text.line(position.line)
        return Position(position.line, column_of(line, position.character, self._encoding))

    def span_of(self, document: Document, range_: types.Range) -> Span:
        """Return a range of the client as ours."""
        return Span(self.position_of(document, range_.start), self.position_of(document, range_.end))

    def range_of(self, document: Document, span: Span) -> types.Range:
        """Return a part of a text as the client counts."""
        start, end = (
            types.Position(line, units_of(document.text.line(line), column, self._encoding))
            for line, column in span
        )
        return types.Range(start, end)

    def ranges_as_json(self, document: Document) -> Callable[[Span], str]:
        """Return what gives a part of a text as the client counts, as JSON."""
        lines, encoding = document.text.lines, self._encoding

        def units(line: int, column: int) -> int:
            return column if lines[line].isascii() else units_of(lines[line], column, encoding)

        def as_json(span: Span) -> str:
            (first, start), (last, end) = span
            return (
                f'{{"start":{{"line":{first},"character":{units(first, start)}}},'
                f'"end":{{"line":{last},"character":{units(last, end)}}}}}'
            )

        return as_json

    def edits_of(self, document: Document, edits: Iterable[Edit]) -> list[types.TextEdit]:
        """Return edits as the client counts."""
        return [types.TextEdit(self.range_of(document, span), new) for span, new in edits]

    def diagnostic_of(self, document: Document, found: Diagnostic) -> types.Diagnostic:
        """Return a finding as a value of the protocol."""
        severity = types.DiagnosticSeverity.Error if found.is_error else types.DiagnosticSeverity.Warning
        return types.Diagnostic(
            range=self.range_of(document, found.span),
            message=found.message,
            severity=severity,
            code=found.id,
            source="milepost",
            related_information=[
                types.DiagnosticRelatedInformation(
                    types.Location(document.uri, self.range_of(document, span)), message
                )
                for span, message in found.others
            ],
        )

    def symbol_at(self, uri: str, at: types.Position) -> tuple[Document, Symbol, Span] | None:
        """Return the name at a position, and where it is."""
        document = self.document(uri)
        found = document.names.at(*self.position_of(document, at)) if document else None
        return (document, *found) if document and found else None


def make(version: str) -> Server:  # noqa: PLR0915 -- one small function for each request
    """Return a server that answers each request of the protocol that has an answer here."""
    server = Server(version)
    marks = types.CompletionOptions(trigger_characters=[":", "`", " ", "-", "[", "{", ","])

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, marks)
    def _completion(params: types.CompletionParams) -> types.CompletionList | None:
        document = server.document(params.text_document.uri)
        if document is None:
            return None
        position = server.position_of(document, params.position)
        offer = completions(document.names, document.facts, *position)
        items = [
            types.CompletionItem(
                label=item.label,
                kind=_ITEM_KINDS[item.kind],
                detail=item.detail or None,
                documentation=_markdown(item.about) if item.about else None,
                sort_text=f"{number:04}",
                filter_text=item.label,
                text_edit=types.TextEdit(server.range_of(document, item.span), item.new),
            )
            for number, item in enumerate(offer.items)
        ]
        return types.CompletionList(is_incomplete=not offer.complete, items=items)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def _hover(params: types.HoverParams) -> types.Hover | None:
        document = server.document(params.text_document.uri)
        if document is None:
            return None
        position = server.position_of(document, params.position)
        said = hover(document.names, document.facts, *position)
        found = document.found if document.checked == document.text.revision else ()
        ids = dict.fromkeys(each.id for each in found if each.span.start <= position <= each.span.end)
        rules = [about_rule(rule) for each in ids for rule in book.named(each)]
        texts = [*([said.text] if said else []), *rules]
        if not texts:
            return None
        here = server.range_of(document, said.span) if said else None
        return types.Hover(_markdown("\n\n---\n\n".join(texts)), here)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def _definition(params: types.DefinitionParams) -> types.Location | None:
        found = server.symbol_at(params.text_document.uri, params.position)
        if found is None:
            return None
        document, symbol, _ = found
        span = document.names.definition(symbol)
        return types.Location(document.uri, server.range_of(document, span)) if span else None

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def _references(params: types.ReferenceParams) -> Any:
        found = server.symbol_at(params.text_document.uri, params.position)
        if found is None:
            return None
        document, symbol, _ = found
        definition = None if params.context.include_declaration else document.names.definition(symbol)
        uri, as_json = json.dumps(document.uri), server.ranges_as_json(document)
        return _list(
            f'{{"uri":{uri},"range":{as_json(span)}}}'
            for span in document.names.uses(symbol)
            if span != definition
        )

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def _highlight(params: types.DocumentHighlightParams) -> Any:
        found = server.symbol_at(params.text_document.uri, params.position)
        if found is None:
            return None
        document, symbol, _ = found
        as_json = server.ranges_as_json(document)
        return _list(f'{{"range":{as_json(span)}}}' for span in document.names.uses(symbol))

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def _symbols(params: types.DocumentSymbolParams) -> Any:
        document = server.document(params.text_document.uri)
        if document is None:
            return None

        as_json = server.ranges_as_json(document)

        def symbol(node: Node) -> str:
            return (
                f'{{"name":{json.dumps(node.name or "-")},"detail":{json.dumps(node.detail)},'
                f'"kind":{_SYMBOL_KINDS[node.kind].value},"range":{as_json(node.span)},'
                f'"selectionRange":{as_json(node.at)},'
                f'"children":{_list(map(symbol, node.children)) if node.children else "[]"}}}'
            )

        return _list(map(symbol, outline(document.names)))

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    def _foldings(params: types.FoldingRangeParams) -> Any:
        document = server.document(params.text_document.uri)
        if document is None:
            return None
        ranges = foldings(document.names)
        return _list(f'{{"startLine":{first},"endLine":{last}}}' for first, last in ranges)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )
    def _actions(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        document = server.document(params.text_document.uri)
        if document is None or document.checked != document.text.revision:
            return None  # the places of findings in an older text are not those of this one
        asked = server.span_of(document, params.range)
        return [
            types.CodeAction(
                title=fix.title,
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[server.diagnostic_of(document, found)],
                is_preferred=[fix] == [each for each in found.fixes if not each.title.startswith(ACCEPT)],
                edit=types.WorkspaceEdit(changes={document.uri: server.edits_of(document, fix.edits)}),
            )
            for found in document.found
            if found.span.start <= asked.end and asked.start <= found.span.end
            for fix in found.fixes
        ]

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def _prepare(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        found = server.symbol_at(params.text_document.uri, params.position)
        if found is None:
            return None
        document, symbol, span = found
        return types.PrepareRenamePlaceholder(server.range_of(document, span), symbol.name)

    @server.feature(types.TEXT_DOCUMENT_RENAME)
    async def _rename(params: types.RenameParams) -> types.WorkspaceEdit:
        found = server.symbol_at(params.text_document.uri, params.position)
        if found is None:
            raise _Refusal("there is no code, handle, label, figure or acronym here")
        document, symbol, _ = found
        question = {"about": "rename", "sort": str(symbol.sort), "name": symbol.name, "new": params.new_name}
        edits = await _ask(document, question)
        return types.WorkspaceEdit(changes={document.uri: edits})

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    async def _format(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        document = server.document(params.text_document.uri)
        return await _ask(document, {"about": "format"}) if document else None

    async def _ask(document: Document, question: dict[str, Any]) -> list[types.TextEdit]:
        revision = document.text.revision
        asked = {**question, "text": document.text.content, "file": document.file}
        answer = await server.background.ask(lambda: asked)
        if "error" in answer:
            raise _Refusal(answer["error"])
        if document.text.revision != revision:
            raise _Refusal("the text has changed meanwhile (try it again)")
        edits = (Edit(Span(Position(*start), Position(*end)), new) for (start, end), new in answer["edits"])
        return server.edits_of(document, edits)

    return server


def _list(values: Iterable[str]) -> _Json:
    """Return a list of values that are JSON."""
    return _Json(f"[{','.join(values)}]")


def _markdown(text: str) -> types.MarkupContent:
    return types.MarkupContent(types.MarkupKind.Markdown, text)


def serve(version: str, requests: BinaryIO, answers: BinaryIO) -> int:
    """Answer the requests of a client until it ends, and return the exit code that the protocol asks for."""
    logging.getLogger(json_rpc.__name__).addFilter(_is_no_refusal)
    server = make(version)
    server.start_io(requests, answers)
    return 0 if server.has_been_shut_down else 1
