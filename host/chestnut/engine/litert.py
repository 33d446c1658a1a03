"""The second engine: LiteRT-LM, Google's successor of the MediaPipe LLM Inference API (docs/engines.md)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

from chestnut.core.thought import Effort, Stage
from chestnut.engine.backend import Refused, Stopped, Unloadable
from chestnut.engine.litert_held import Held, held
from chestnut.engine.litert_model import library, open_model, refused
from chestnut.engine.litert_picture import limit_picture, portable_pixmap
from chestnut.engine.messages import Load, Think

TURN_TOKENS = 16  # what a chat template puts around a turn and its answer, at most
BROKEN = "\ufffd"  # what the library makes of a character that was cut off in its midst


class LitertBackend:
    """backend.Backend. One conversation of the library is held, with all that was said in it: what goes on from there
    costs its own words alone, anything else begins a new one."""

    def __init__(self, order: Load) -> None:
        self._litert = library()
        opened = open_model(self._litert, order)
        self.sees = opened.sees
        self.facts = opened.facts
        self.effort = Effort()
        self.whole = True
        self._engine = opened.engine
        self._context_tokens = opened.context_tokens
        # The library refuses a limit above what the model has.
        most = int(opened.facts["most_image_tokens"])
        self._image_tokens = order.image_tokens if order.image_tokens < most else 0
        self._conversation: Any = None
        self._held: Held | None = None
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._writing: Any = None  # the conversation that stop() may cancel

    def warm(self) -> None:
        """One token is written, so that the weights are in memory. The library cannot keep a prompt for more than one
        conversation."""
        try:
            for _ in self.think(Think(0, "", (".",), max_tokens=1), None, lambda stage: None):
                pass
        except Refused as error:
            raise Unloadable(
                "model_damaged" if error.reason == "fault" else error.reason, str(error)
            ) from error
        self._forget()
        self.effort = Effort()

    def think(self, order: Think, rgb: Any, reached: Callable[[Stage], None]) -> Iterator[str]:
        self._stopping.clear()
        self.effort, self.whole = Effort(), False
        if order.grammar:
            raise Refused("fault", 'LiteRT-LM knows no GBNF grammars, [engine] kind = "llama" does')
        if rgb is not None and not self.sees:
            raise Refused("model_blind", "the file holds no part for pictures")
        known = self._goes_on(order)
        encodes = rgb is not None and not known
        reached(Stage.LOOKING if encodes else Stage.READING)
        try:
            if not known:
                self._begin(order, rgb)
            yield from self._answer(order, rgb if encodes else None, reached)
        except RuntimeError as error:
            self._forget()
            if self._stopping.is_set():
                raise Stopped from error
            raise refused(self._litert, error) from error
        except BaseException:  # nobody knows what the conversation remembers now
            self._forget()
            raise

    def stop(self) -> None:
        """Writing ends within a token. Reading and looking do not: the library takes the whole prompt in first."""
        self._stopping.set()
        with self._guard:
            if self._writing is not None:
                self._writing.cancel_process()

    def close(self) -> None:
        self._forget()
        self._engine.close()

    # --- one conversation -------------------------------------------------------------------------------------

    def _goes_on(self, order: Think) -> bool:
        """What is held is the beginning of order, and has room for the rest."""
        if self._held is None or not self._held.goes_on(order):
            return False
        asked = len(self._engine.tokenize(order.turns[-1])) + TURN_TOKENS
        return bool(self._conversation.token_count + asked + order.max_tokens <= self._context_tokens)

    def _begin(self, order: Think, rgb: Any) -> None:
        self._forget()
        message = self._litert.Message
        earlier = [
            self._asked(turn, rgb if place == 0 else None)
            if place % 2 == 0
            else message.model(self._litert.Contents.of(turn))
            for place, turn in enumerate(order.turns[:-1])
        ]
        self._conversation = self._engine.create_conversation(
            messages=([message.system(order.system)] if order.system else []) + earlier,
            automatic_tool_calling=False,
            thinking_config=self._litert.ThinkingConfig(enable_thinking=False),
            sampler_config=self._litert.SamplerConfig(top_k=1, top_p=1.0, temperature=1.0, seed=0),
        )
        if self._image_tokens:
            limit_picture(self._conversation, self._image_tokens)
        self._held = held(order)

    def _asked(self, turn: str, rgb: Any) -> Any:
        """A turn of the wearer, with the picture before its words."""
        contents = self._litert.Contents
        if rgb is None:
            return self._litert.Message.user(contents.of(turn))
        picture = self._litert.Content.ImageBytes(portable_pixmap(rgb))
        return self._litert.Message.user(contents.of(picture, turn))

    def _forget(self) -> None:
        conversation, self._conversation, self._held = self._conversation, None, None
        if conversation is not None:
            conversation.close()

    # --- one answer -------------------------------------------------------------------------------------------

    def _answer(self, order: Think, rgb: Any, reached: Callable[[Stage], None]) -> Iterator[str]:
        """rgb: the picture if it is still to be encoded."""
        assert self._held is not None
        started_s, first_s = time.monotonic(), 0.0
        remembered = self._conversation.token_count
        message = self._asked(order.turns[-1], rgb if len(order.turns) == 1 else None)
        written: list[str] = []
        with closing(self._pieces(message, order.max_tokens)) as pieces:
            for piece in pieces:
                if not written:
                    first_s = time.monotonic() - started_s
                    reached(Stage.WRITING)
                written.append(piece)
                yield piece
        if self._stopping.is_set():
            raise Stopped
        if not written and self._conversation.token_count == remembered:
            raise Refused("prompt_too_long", "LiteRT-LM: no token is left")
        spent = Effort(
            first_ms=1000 * (first_s or time.monotonic() - started_s),
            reused_tokens=remembered,
            pictures_encoded=int(rgb is not None),
        )
        self._account(spent, order.max_tokens)
        self._held = self._held.with_turn(order.turns[-1], "".join(written))

    def _pieces(self, message: Any, max_tokens: int) -> Generator[str, None, None]:
        """Until it was written or stopped; the library has come to rest then."""
        conversation = self._conversation
        with self._guard:
            self._writing = conversation
        try:
            if self._stopping.is_set():
                return
            parts = conversation.send_message_async(message, max_output_tokens=max_tokens)
            try:
                for part in parts:
                    if self._stopping.is_set():  # stop() may have come before there was anything to cancel
                        return
                    if piece := str(part).replace(BROKEN, ""):
                        yield piece
            finally:
                conversation.cancel_process()
                for _ in parts:
                    pass
        finally:
            with self._guard:
                self._writing = None

    def _account(self, spent: Effort, max_tokens: int) -> None:
        """What the library measured itself. It counts the token that ended the answer as written."""
        told = self._conversation.get_benchmark_info()
        tokens = self._conversation.token_count
        written = told.last_decode_token_count
        prompt_ms = _ms(told.last_prefill_token_count, told.last_prefill_tokens_per_second)
        write_ms = _ms(written, told.last_decode_tokens_per_second)
        looked_ms = spent.first_ms - prompt_ms - write_ms / max(1, written) if spent.pictures_encoded else 0.0
        self.effort = replace(
            spent,
            encode_ms=max(0.0, looked_ms),
            prompt_ms=prompt_ms,
            write_ms=write_ms,
            prompt_tokens=tokens - written,
            written_tokens=written,
        )
        self.whole = written < max_tokens and tokens < self._context_tokens


def _ms(tokens: int, tokens_per_s: float) -> float:
    return 1000 * tokens / tokens_per_s if tokens_per_s > 0 else 0.0
