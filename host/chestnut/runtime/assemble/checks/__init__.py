"""What the self-test looks at, in this order. A part joins by one line here and a function beside the others: it gets
the Place and answers with one Result."""

from __future__ import annotations

from chestnut.core.events import Part
from chestnut.runtime.assemble.checks import body, machine, packs, pad, page, senses, software, sound
from chestnut.runtime.assemble.checks import memory as remembered
from chestnut.runtime.checking import Check

CHECKS: tuple[Check, ...] = (
    Check("settings", software.settings_file),
    Check("models", software.models, spoken=True),
    Check("eyes", senses.eyes, slow=True),
    Check("reader", senses.reader),
    Check("voice", senses.voice),
    Check("phonemes", senses.phonemes, slow=True),
    Check("loudspeaker", sound.loudspeaker, held=Part.SPEAKER),
    Check("microphone", sound.microphone),
    Check("ear", sound.ear),
    Check("pod", body.pod, held=Part.POD),
    Check("pad", pad.pad),
    Check("bluetooth", pad.bluetooth),
    Check("simulated pod", body.simulated_pod, slow=True),
    Check("camera", senses.camera, held=Part.CAMERA),
    Check("language model", software.language_model, spoken=True),
    Check("memory", remembered.memory),
    Check("card", remembered.card, spoken=True),
    Check("clock", body.clock),
    Check("battery", body.battery),
    Check("gauge", machine.gauge, spoken=True),
    Check("processor", machine.processor, spoken=True),
    Check("pins", machine.pins),
    Check("page", page.page),
    Check("packs", packs.packs, slow=True),
)
NAMES = tuple(check.part for check in CHECKS)
