"""Which token comes next: always the likeliest, so that the same question has the same answer."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any

from chestnut.engine.backend import Refused
from chestnut.engine.llama.context import Context
from chestnut.engine.llama.library import Library
from chestnut.engine.llama.model import Model

# Openings of what is not meant for the wearer: thoughts of many seconds, calls of tools that are not there.
NEVER_OPENED = ("<|channel>", "<|tool_call>", "<think>", "<tool_call>")
# The grammar of llama.cpp takes 20 to 50 ms for all 262,144 words of Gemma on a fast processor, as long as computing
# a token; for one word nothing. So the likeliest words are tried first.
TRIED_FIRST = 64


def never_chosen(model: Model) -> list[int]:
    found = (model.tokens(marker, markers=True) for marker in NEVER_OPENED)
    return [tokens[0] for tokens in found if len(tokens) == 1]


class Chooser:
    """For one answer. grammar: GBNF that it obeys, "" for none; Refused("fault") when it is not one. never: tokens
    that are not chosen."""

    def __init__(self, library: Library, model: Model, grammar: str, never: Sequence[int]) -> None:
        self._llama = library.llama
        self._words = model.words
        self._never = list(never)
        self._grammar: Any = None
        if grammar:
            text = grammar.encode(errors="replace")
            self._grammar = self._llama.llama_sampler_init_grammar(model.vocabulary, text, b"root")
            if not self._grammar:
                raise Refused("fault", f"the grammar of {len(text)} bytes is not GBNF with a root")

    def choose(self, context: Context) -> int:
        """After read(…, answer=True)."""
        import numpy as np

        scores = np.ctypeslib.as_array(self._llama.llama_get_logits_ith(context.handle, -1), (self._words,))
        scores[self._never] = -np.inf
        if not self._grammar:
            return int(scores.argmax())
        for tokens in self._likeliest(scores):
            obeying = self._obeying(tokens, scores)
            if len(obeying):
                token = int(obeying[scores[obeying].argmax()])
                self._llama.llama_sampler_accept(self._grammar, token)
                return token
        raise Refused("fault", "the grammar cannot be obeyed with this vocabulary")

    def _likeliest(self, scores: Any) -> Iterator[Any]:
        """The likeliest token, some of the likeliest, all of them."""
        import numpy as np

        yield np.array([scores.argmax()])
        if self._words > TRIED_FIRST:
            yield np.argpartition(scores, -TRIED_FIRST)[-TRIED_FIRST:]
        yield np.arange(self._words)

    def close(self) -> None:
        if self._grammar:
            self._llama.llama_sampler_free(self._grammar)
            self._grammar = None

    def _obeying(self, tokens: Any, scores: Any) -> Any:
        """Those of the tokens that the grammar allows here."""
        import numpy as np

        llama = self._llama
        candidates = np.zeros(len(tokens), np.dtype(llama.llama_token_data))
        candidates["id"], candidates["logit"] = tokens, scores[tokens]
        data = candidates.ctypes.data_as(ctypes.POINTER(llama.llama_token_data))
        array = llama.llama_token_data_array(data=data, size=len(tokens), selected=-1, sorted=False)
        llama.llama_sampler_apply(self._grammar, ctypes.byref(array))
        return candidates["id"][candidates["logit"] > -np.inf]
