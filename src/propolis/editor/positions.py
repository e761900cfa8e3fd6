"""Positions: the lines and characters of an editor, as offsets in code points, and back."""

from collections.abc import Iterable

from lsprotocol import types

from propolis.manifest.yaml.marks import Lines
from propolis.model.finding import TextEdit
from propolis.model.span import Span

_UNITS = {
    types.PositionEncodingKind.Utf8: lambda text: len(text.encode(errors="surrogatepass")),
    types.PositionEncodingKind.Utf16: lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    types.PositionEncodingKind.Utf32: len,
}


class Positions:
    """One text, as an editor that counts in *encoding* sees it."""

    def __init__(self, text: str, encoding: types.PositionEncodingKind) -> None:
        self._text = text
        self._lines = Lines("", text)
        self._starts = self._lines.starts()
        self._units = _UNITS[encoding]

    def offset(self, position: types.Position) -> int:
        """Where *position* is; one behind the end of its line, or of the text, is that end."""
        if position.line >= len(self._starts):
            return len(self._text)
        start, end = self._starts[position.line], self._end(position.line)
        if self._text.isascii():
            return min(start + position.character, end)
        offset, left = start, position.character
        while offset < end and left > 0:
            left -= self._units(self._text[offset])
            offset += 1
        return offset

    def position(self, offset: int) -> types.Position:
        line = self._lines.line(offset) - 1
        start = self._starts[line]
        return types.Position(line, self._units(self._text[start:offset]))

    def range(self, span: Span | TextEdit) -> types.Range:
        return types.Range(self.position(span.start), self.position(span.end))

    def edits(self, edits: Iterable[TextEdit]) -> list[types.TextEdit | types.AnnotatedTextEdit]:
        return [types.TextEdit(self.range(edit), edit.replacement) for edit in edits]

    def _end(self, line: int) -> int:
        """The end of *line*, before its break."""
        if line + 1 == len(self._starts):
            return len(self._text)
        end = self._starts[line + 1] - 1
        return end - 1 if self._text[end - 1 : end + 1] == "\r\n" else end


def changed(
    text: str, change: types.TextDocumentContentChangeEvent, encoding: types.PositionEncodingKind
) -> str:
    """*text* after *change*."""
    if isinstance(change, types.TextDocumentContentChangeWholeDocument):
        return change.text
    positions = Positions(text, encoding)
    start, end = positions.offset(change.range.start), positions.offset(change.range.end)
    return text[:start] + change.text + text[max(start, end) :]
