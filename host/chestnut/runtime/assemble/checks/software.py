"""Settings and model files."""

from __future__ import annotations

from chestnut.runtime import settings
from chestnut.runtime.checking import Place, Result, State
from chestnut.runtime.choice import LIBRARIES, choose
from chestnut.runtime.thinking import NoEngine

# What the wearer hears of a model file; the others are part of the eyes.
MODELS = {
    "faceres.onnx": "people_missing",
    "efficientnet-lite0.onnx": "own_missing",
    "whisper-base.bin": "ear_missing",
    "whisper-base-config.json": "ear_missing",
    "whisper-base-tokenizer.json": "ear_missing",
    "whisper-base-vocabulary.txt": "ear_missing",
}


def settings_file(place: Place) -> Result:
    try:
        settings.load(place.settings_path)
    except settings.BadSettings as error:
        return Result("settings", State.MISSING, str(error), "correct the file")
    return Result("settings", State.OK, str(place.settings_path or settings.default_path()))


def models(place: Place) -> Result:
    """Every byte is checked; in a quick self-test the lengths."""
    from chestnut_models.library import list_models, verify

    files = list_models() if place.quick else verify()
    wrong = [model for model in files if model.state != "present"]
    if wrong:
        said = {MODELS.get(model.name, "eyes_lost") for model in wrong}
        say = "eyes_lost" if "eyes_lost" in said else min(said)
        found = ", ".join(f"{model.name} {model.state}" for model in wrong)
        return Result("models", State.MISSING, found, "make models", say)
    proof = "its length right" if place.quick else "its sha256 right"
    return Result("models", State.OK, f"{len(files)} files, each there and {proof}")


def language_model(place: Place) -> Result:
    """Optional. It is not loaded here: that takes seconds and gigabytes."""
    chosen = place.settings.engine
    choice = choose(chosen)
    if isinstance(choice, NoEngine):
        optional = choice.reason in ("gemma_missing", "engine_off") and chosen.model == "auto"
        state = State.ABSENT if optional else State.MISSING
        say = "" if choice.reason == "engine_off" else choice.reason
        return Result("language model", state, choice.why, choice.remedy, say)
    model = choice.model
    sight = "sees pictures" if model.sees else "sees no pictures"
    found = f"{model.name} with {LIBRARIES[model.engine]}, {sight}, {model.fit.verdict}: {model.fit.why}"
    return Result(
        "language model", State.OK, found, "" if model.sees else "for one that sees: make gemma MODEL=gemma-4"
    )
