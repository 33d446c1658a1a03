"""What sees, reads and speaks."""

from __future__ import annotations

from chestnut.core.ports import Segment
from chestnut.core.scene import Frame
from chestnut.devices.camera import SourceLost
from chestnut.devices.camera_sources import BadSource
from chestnut.devices.pictures import BadPicture
from chestnut.locale import Phrases
from chestnut.perception.light import judge
from chestnut.runtime.assemble.camera import camera_source, hands_reach, is_mounted
from chestnut.runtime.assemble.eyes import EyesMissing, open_eyes, open_reader
from chestnut.runtime.assemble.voice import VoiceMissing, open_voice
from chestnut.runtime.checking import Place, Result, State
from chestnut.runtime.settings import CameraSettings


def eyes(place: Place) -> Result:
    try:
        opened = open_eyes()
    except EyesMissing as error:
        return Result("eyes", State.MISSING, str(error), "make models", "eyes_lost")
    opened.close()
    return Result("eyes", State.OK, ", ".join(opened.detectors))


def reader(place: Place) -> Result:
    try:
        open_reader().close()
    except EyesMissing as error:
        remedy = "sudo apt install tesseract-ocr-eng tesseract-ocr-rus"
        return Result("reader", State.MISSING, str(error), remedy, error.reason)
    return Result("reader", State.OK, "Tesseract with English and Russian")


def voice(place: Place) -> Result:
    try:
        opened = open_voice(lambda event: None, ("none",))
    except VoiceMissing as error:
        return Result("voice", State.MISSING, str(error), "sudo apt install espeak-ng")
    opened.close()
    return Result("voice", State.OK, "eSpeak NG with English and Russian")


def phonemes(place: Place) -> Result:
    from chestnut.speech.prerender import phonemes

    return Result("phonemes", State.OK, phonemes(Segment("chestnut", "en")))


def camera(place: Place) -> Result:
    """One picture is taken, and its light is judged. A dark picture is no fault of the camera."""
    spec = place.settings.camera.source
    try:
        source = camera_source(place.settings.camera)
        try:
            source.open()
            rgb = source.read()
        finally:
            source.close()
    except (BadSource, BadPicture) as error:
        return Result("camera", State.MISSING, str(error), "correct camera.source in the settings")
    except SourceLost as error:
        state = State.ABSENT if spec == "auto" else State.MISSING
        found, _, remedy = str(error).partition(": ")
        remedy = f"{remedy or 'connect one'}; or name pictures: --camera folder:PATH"
        return Result("camera", state, found, remedy, "camera_lost")
    judged = judge(Frame(1, 0.0, rgb))
    found = f"a picture of {rgb.shape[1]} × {rgb.shape[0]}, brightness {judged.brightness:.2f}"
    if is_mounted(place.settings.camera):
        found += f"; {_mounting(place.settings.camera)}"
    if judged.refusal is not None:
        found += f"; {Phrases.of('en').render(judged.refusal, {})}"
    return Result("camera", State.OK, found)


def _mounting(chosen: CameraSettings) -> str:
    """As the settings tell it: nothing measures it."""
    down = f"{100 * hands_reach(chosen):.0f} % of the picture down"
    return f"{chosen.lens} lens, {chosen.tilt_deg}° down by the settings, so the hand's reach is {down}"
