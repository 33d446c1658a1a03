"""The language model by llama.cpp, as the engine's process uses it."""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from chestnut.core.thought import Effort, Stage
from chestnut.engine.backend import Refused, Unloadable
from chestnut.engine.llama.brake import Brake
from chestnut.engine.llama.chat import Chat
from chestnut.engine.llama.context import Context, Item, Patch, room_of
from chestnut.engine.llama.library import library
from chestnut.engine.llama.model import Model, may_repack
from chestnut.engine.llama.picture import Eyes
from chestnut.engine.llama.sampling import Chooser, never_chosen
from chestnut.engine.llama.warm import Prefixes
from chestnut.engine.messages import Load, Think

BATCH = 128  # tokens computed at once: more is hardly faster and takes more memory


class LlamaBackend:
    """A Backend. stop() counts from the call of think() on, whenever its answer is begun to be read; it ends the
    encoding of a picture as well."""

    def __init__(self, order: Load) -> None:
        self._library = library()
        self._systems = order.systems
        self._brake = Brake(self._library.llama)
        self._eyes: Eyes | None = None
        path = Path(order.model)
        with ExitStack() as opened:
            self._model = Model(self._library, path, may_repack(path, order.memory_mb))
            opened.callback(self._model.close)
            self._chat = Chat(self._model)
            batch = BATCH
            if order.projector:
                self._eyes = Eyes(
                    self._library,
                    self._model,
                    Path(order.projector),
                    self._brake,
                    order.threads,
                    order.image_tokens,
                )
                opened.callback(self._eyes.close)
                batch = max(batch, self._eyes.least_batch)
            self._context = Context(
                self._library, self._model, self._brake, order.threads, order.context_tokens, batch
            )
            opened.callback(self._context.close)
            self._opened = opened.pop_all()
        file = path.stat()
        identity = (path.resolve(), file.st_size, file.st_mtime_ns, self._library.version, self._context.room)
        self._prefixes = Prefixes(self._context, Path(order.cache) if order.cache else None, repr(identity))
        self._never = never_chosen(self._model)
        self.sees = self._eyes is not None
        self.facts: dict[str, Any] = self._model.facts | {
            "engine": f"llama.cpp {self._library.version}",
            "context_tokens": self._context.room,
            "sees": self.sees,
        }
        self.effort = Effort()
        self.whole = False

    def warm(self) -> None:
        """Unloadable when the model cannot even take in its constant prompts."""
        self._brake.release()
        restored = 0
        try:
            for system in reversed(self._systems):  # the most used one last: it stays in the context
                tokens = self._chat.constant(system)
                if len(tokens) < self._context.room:
                    restored += self._prefixes.learn(tokens)
        except Refused as refused:
            reason = "model_memory" if refused.reason == "model_memory" else "model_damaged"
            raise Unloadable(reason, str(refused)) from refused
        self._prefixes.sweep()
        self.facts["prompts_restored"] = restored

    def think(self, order: Think, rgb: Any, reached: Callable[[Stage], None]) -> Iterator[str]:
        self._brake.release()
        self.effort, self.whole = Effort(), False
        return self._answer(order, rgb, reached, time.perf_counter())

    def stop(self) -> None:
        self._brake.press()

    def close(self) -> None:
        self._opened.close()

    def _answer(
        self, order: Think, rgb: Any, reached: Callable[[Stage], None], asked_at: float
    ) -> Iterator[str]:
        patches: Sequence[Item] = ()
        if rgb is not None:
            if self._eyes is None:
                raise Refused("model_blind", "a picture, and no projector was loaded")
            patches = self._eyes.show(rgb, order.key)
        room = self._context.room - order.max_tokens
        wanted = self._chat.prompt(order.system, order.turns, patches, room)
        with closing(Chooser(self._library, self._model, order.grammar, self._never)) as chooser:
            self._take_in(wanted, reached)
            reached(Stage.WRITING)
            yield from self._write(chooser, order.max_tokens, asked_at)

    def _take_in(self, wanted: list[Item], reached: Callable[[Stage], None]) -> None:
        """Only what is not held yet; of the last token, what may follow it."""
        kept = self._context.cut(min(self._context.shared(wanted), len(wanted) - 1))
        kept = self._prefixes.restore(wanted, kept)
        new = wanted[kept:]
        self.effort = replace(
            self.effort, prompt_tokens=room_of(wanted), reused_tokens=room_of(wanted[:kept])
        )
        self._encode([item for item in new if isinstance(item, Patch)], reached)
        reached(Stage.READING)
        begun_at = time.perf_counter()
        tokens: list[int] = []
        for item in new:
            if isinstance(item, Patch):
                self._context.read(tokens, answer=False)
                tokens = []
                self._sight.place(item, self._context)
            else:
                tokens.append(item)
        self._context.read(tokens, answer=True)
        self.effort = replace(self.effort, prompt_ms=_since(begun_at))

    def _encode(self, patches: Sequence[Patch], reached: Callable[[Stage], None]) -> None:
        """Before anything is read: it takes longest, and is told in one stage."""
        patches = [patch for patch in patches if not self._sight.encoded(patch)]
        if not patches:
            return
        reached(Stage.LOOKING)
        begun_at = time.perf_counter()
        for patch in patches:
            self._sight.encode(patch)
        self.effort = replace(self.effort, encode_ms=_since(begun_at), pictures_encoded=1)

    @property
    def _sight(self) -> Eyes:
        """Where there is a patch of a picture, it was given to them."""
        assert self._eyes is not None
        return self._eyes

    def _write(self, chooser: Chooser, max_tokens: int, asked_at: float) -> Iterator[str]:
        letters = codecs.getincrementaldecoder("utf-8")("replace")  # a letter may be spread over two tokens
        begun_at = time.perf_counter()
        written = 0
        try:
            while written < max_tokens:
                token = chooser.choose(self._context)
                if not written:
                    self.effort = replace(self.effort, first_ms=_since(asked_at))
                if self._model.ends(token):
                    self.whole = True
                    return
                written += 1
                if text := letters.decode(self._model.piece(token)):
                    yield text
                if written < max_tokens:
                    self._context.read((token,), answer=True)
        finally:
            self.effort = replace(self.effort, write_ms=_since(begun_at), written_tokens=written)


def _since(at: float) -> float:
    """Milliseconds."""
    return (time.perf_counter() - at) * 1000
