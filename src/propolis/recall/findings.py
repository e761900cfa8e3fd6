"""Findings that were made before, for one run of `check`: implements `manifest.Gists` and `lint.alone.Memory`."""

import hashlib
from collections.abc import Callable, Sequence

import msgspec

from propolis.commands.inputs import assumed
from propolis.lint.alone import Examined as GistAndFindings
from propolis.lint.alone import Findings, one_by_one
from propolis.manifest import Gist, Source
from propolis.model.flags import Flag
from propolis.model.settings import Settings, Version
from propolis.recall import LITTLE, Recall, halves
from propolis.recall.bundles import beginning, of_text
from propolis.recall.makings import Examined, deflated, inflated
from propolis.recall.shelf import Shelf
from propolis.recall.workers import MUCH

_FINDINGS = msgspec.msgpack.Decoder(Findings)


class Remembered:
    """Whoever asks for gists is about to ask for findings: texts are examined while they are read.

    *flags* are what the settings will be, unless a manifest sets others: then texts are examined once more.
    """

    def __init__(
        self,
        recall: Recall,
        shelf: Shelf | None,
        flags: tuple[Flag, ...] = (),
        *,
        little: int = LITTLE,
        much: int = MUCH,
    ) -> None:
        self._recall = recall
        self._shelf = shelf
        self._flags = flags
        self._little = little
        self._much = much
        self._settings: Settings | None = None
        self._known: dict[str, GistAndFindings] = {}

    def __call__(self, texts: Sequence[str], version: Version) -> Sequence[Gist]:
        if self._settings is None or self._settings.version != version:
            return [gist for gist, _ in self._examined(texts, assumed(version, self._flags))]
        # What is asked for later is the same after fixes, which are looked at for what they mean.
        fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
        made = dict(zip(fresh, self._recall(fresh, version), strict=True))
        return [made[text] if text in made else self._known[text][0] for text in texts]

    def alone(self, texts: Sequence[str], settings: Settings) -> Sequence[Findings]:
        return [findings for _, findings in self._examined(texts, settings)]

    def _examined(self, texts: Sequence[str], settings: Settings) -> list[GistAndFindings]:
        if settings != self._settings:
            self._settings, self._known = settings, {}
        fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(fresh, self._recall.recalled(fresh, Examined(settings)), strict=True))
        return [self._known[text] for text in texts]

    def beside(self, parts: Sequence[Callable[[], Findings]]) -> Sequence[Findings]:
        size = sum(map(len, self._known))
        shared = self._recall.processes > 1 and size >= self._much
        return halves.made(parts) if shared else one_by_one(parts)

    def together(
        self, sources: Sequence[Source], settings: Settings, made: Callable[[], Findings]
    ) -> Findings:
        if self._shelf is None or sum(len(source.text) for source in sources) < self._little:
            return made()
        key = _key(sources, settings)
        data = self._shelf.get(key)
        kept = None if data is None else inflated(_FINDINGS, data)
        if kept is not None:
            return kept
        found = made()
        package = deflated(found)
        if package is not None:
            self._shelf.put({key: package})
        return found


def _key(sources: Sequence[Source], settings: Settings) -> bytes:
    digest = hashlib.blake2b(beginning(Examined(settings)), digest_size=32, person=b"together")
    for source in sources:
        digest.update(of_text(source.name))
        digest.update(of_text(source.text))
    return digest.digest()
