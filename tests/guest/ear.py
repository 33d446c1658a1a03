"""What comes out of the loudspeaker: the other side of a loop-back sound card, recorded without a gap."""

from __future__ import annotations

import array
import json
import subprocess
import time
from pathlib import Path

from running import HERE, PYTHON, WORD_S, Failed, Told, environment, phrase, wait

RECORDING = Path("/run/guest-recording.raw")
RATE_HZ = 22050
AUDIBLE = 1500  # of 32767
MARGIN_S = 0.5  # a sentence is sought from before its begin to after its end: buffers lie between
NEAR = 0.35  # other sentences of ours are at 0.1 to 0.5, silence is at 1
ALIKE = 0.05  # sentences that differ by one short word are not told apart nearer than this on a busy machine
# Among which a sentence that was heard must be the likeliest.
OTHERS = ("speaker_lost", "motor_back", "gauge_back", "update_done", "memory_back", "pad_pairing_on")


class Ear:
    """Listens from the begin; the card may go, then listen() again when it is back. sentences: what was heard and is
    to be compared with its words, by words()."""

    def __init__(self) -> None:
        self._recorder: subprocess.Popen[bytes] | None = None
        self.sentences: list[tuple[str, int, int, str]] = []
        RECORDING.write_bytes(b"")
        self.listen()

    def listen(self) -> None:
        self.close()
        format = ("-t", "raw", "-f", "S16_LE", "-r", str(RATE_HZ), "-c", "1")
        with RECORDING.open("ab") as file:
            command = ["arecord", "-q", "-D", "plughw:Loopback,1,0", *format]
            self._recorder = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL)

    def close(self) -> None:
        if self._recorder is not None:
            self._recorder.kill()
            self._recorder.wait()
            self._recorder = None

    @staticmethod
    def place() -> int:
        return RECORDING.stat().st_size // 2 * 2

    @staticmethod
    def loudest(begin: int) -> int:
        """The loudest sample after this place of the recording."""
        samples = array.array("h")
        with RECORDING.open("rb") as file:
            file.seek(begin)
            data = file.read()
        samples.frombytes(data[: len(data) // 2 * 2])
        return max(map(abs, samples), default=0)

    def silence(self) -> None:
        """Wait until nothing was heard for two seconds."""

        def quiet() -> bool:
            before = self.place()
            time.sleep(2)
            return self.loudest(before) < AUDIBLE

        wait("silence", WORD_S, quiet)

    def keep(self, key: str, begin: int, rate_wpm: int = 215) -> None:
        """From this place to now there is this phrase, if all is well. Called when it has ended."""
        time.sleep(MARGIN_S)
        first = max(0, begin - 2 * round(MARGIN_S * RATE_HZ))
        self.sentences.append((key, first, self.place(), str(rate_wpm)))

    def hear(self, told: Told, key: str, begin: int) -> None:
        """Wait until this phrase was spoken, and keep it."""
        wait(f"{key} to be said", WORD_S, lambda: told.spoken(key))
        self.keep(key, begin)

    def words(self) -> list[str]:
        """For each kept sentence how near it is to its own words, and to the next likely ones. Failed for one that is
        nearer to others."""
        keys = sorted({*OTHERS, *(key for key, *_ in self.sentences)})
        asked = {
            "recording": str(RECORDING),
            "rate_hz": RATE_HZ,
            "phrases": {key: phrase(key) for key in keys},
            "sentences": self.sentences,
        }
        done = subprocess.run(
            [PYTHON, "-P", HERE / "sentences.py"],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            env=environment(),
            check=False,
            timeout=WORD_S,
        )
        if done.returncode != 0:
            raise Failed(done.stderr[-1000:])
        verdicts, wrong = [], []
        for verdict in json.loads(done.stdout):
            key, best, own, other = (verdict[name] for name in ("key", "best", "own", "other"))
            verdicts.append(f"{key} {own:.2f} against {other:.2f}")
            if own > NEAR or (best != key and own > other + ALIKE):
                wrong.append(f"{key} sounds like {best}: {verdict}")
        if wrong:
            raise Failed("\n".join(wrong))
        return verdicts
