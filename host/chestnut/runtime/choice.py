"""Which language model this machine thinks with, and with how much of itself; or why with none."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass

from chestnut_models.cache import cache_folder
from chestnut_models.errors import ModelDamaged, ModelError, WrongModel
from chestnut_models.fit import MEGABYTE, Memory, machine_memory
from chestnut_models.library import LanguageModel, language_model

from chestnut.core.session import LANGUAGES
from chestnut.engine.messages import Load
from chestnut.runtime.prompts import systems
from chestnut.runtime.settings import EngineSettings
from chestnut.runtime.thinking import NoEngine

LIBRARIES = {"llama": "llama_cpp", "litert": "litert_lm"}
MOST_THREADS = 3  # of a Pi's four cores; one is left to the rest
PREPARED = "prepared"  # folder in the models' cache: what an engine keeps ready of each


@dataclass(frozen=True, slots=True)
class Choice:
    """The model, and what its process is told."""

    model: LanguageModel
    load: Load


def choose(
    settings: EngineSettings,
    language: str = LANGUAGES[0],
    *,
    cores: int | None = None,
    memory: Memory | None = None,
) -> Choice | NoEngine:
    """language: whose constant prompt is made ready first. cores, memory: of this machine. Nothing heavy is imported
    and nothing loaded; it takes as long as reading a few headers."""
    if settings.kind == "none":
        return NoEngine(
            "engine_off", "the settings switch the language model off", 'set engine.kind to "auto"'
        )
    try:
        memory = memory or machine_memory()
        model = language_model(settings.model, settings.projector, settings.kind, memory)
    except (ModelDamaged, WrongModel) as error:
        return NoEngine("model_damaged", str(error), "make gemma")
    except ModelError as error:
        return NoEngine("gemma_missing", str(error), "make gemma")
    library = LIBRARIES[model.engine]
    if importlib.util.find_spec(library) is None:
        return NoEngine("engine_missing", f"{library} is not installed: run make engine", "make engine")
    memory_mb = settings.memory_mb or memory.total // MEGABYTE // 2
    if model.fit.verdict == "too big":
        return NoEngine("model_memory", f"{model.name} {model.fit.why}", "choose a smaller model: make gemma")
    if model.fit.private_mb > memory_mb:
        return NoEngine(
            "model_memory",
            f"{model.name} needs {model.fit.private_mb} MB of its own, {memory_mb} MB are allowed",
            "raise engine.memory_mb in the settings",
        )
    prompts = dict(zip(LANGUAGES, systems(), strict=True))
    load = Load(
        backend=model.engine,
        model=str(model.path),
        projector=str(model.projector or ""),
        systems=(prompts.pop(language), *prompts.values()),
        cache=str(cache_folder() / PREPARED / model.name),  # each its own, for an engine tidies its folder
        threads=settings.threads or max(1, min(MOST_THREADS, (cores or len(os.sched_getaffinity(0))) - 1)),
        context_tokens=settings.context_tokens,
        memory_mb=memory_mb,
        image_tokens=settings.image_tokens,
    )
    return Choice(model, load)
