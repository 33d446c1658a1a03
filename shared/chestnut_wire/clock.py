"""The pod's ticks in the host's seconds.

Each Ping and Pong give four times; the exchange with the shortest round trip has the least unknown in it (Mills,
RFC 5905, "clock filter"). The best of the last WINDOW exchanges counts: the crystal's drift over so few seconds
(50 ppm of 16 s: 0.8 ms at worst) is the size of the cable's own uncertainty, so no slope is fitted.
"""

from chestnut_wire.messages import TICK_MODULUS

WINDOW = 16
STALE_S = 60.0  # without an exchange for so long the old ones count no more: the crystal has drifted
_FUTURE = TICK_MODULUS // 16  # ticks this far ahead of the last exchange are later, all others earlier


class PodClock:
    """Knows nothing until the first exchange; `reset` for a pod that started anew.

    round_trip_s: of the exchange in use, or None.
    """

    def __init__(self) -> None:
        self.round_trip_s: "float | None" = None
        self._samples: list[tuple[float, float]] = []  # round trip and offset in seconds, newest last
        self._pod_ticks = 0  # of the newest exchange, unwrapped
        self._back_s = 0.0  # and when it ended
        self._offset_s = 0.0

    def reset(self) -> None:
        self.round_trip_s = None
        self._samples = []
        self._pod_ticks = 0

    def known(self) -> bool:
        return self.round_trip_s is not None

    def exchanged(self, sent_s: float, received_us: int, answered_us: int, back_s: float) -> None:
        """One Ping left at sent_s, reached the pod at received_us, was answered at answered_us, and its Pong came at
        back_s. An impossible one is ignored."""
        away_s = back_s - sent_s
        inside_s = (answered_us - received_us) % TICK_MODULUS / 1e6
        if not 0.0 <= inside_s <= away_s + 0.001:
            return
        if back_s - self._back_s > STALE_S:
            self.reset()
        self._back_s = back_s
        received = self._unwrapped(received_us) if self._samples else received_us
        answered = received + (answered_us - received_us) % TICK_MODULUS
        if not self._samples or answered > self._pod_ticks:
            self._pod_ticks = answered
        offset_s = (sent_s + back_s) / 2 - (received + answered) / 2e6
        self._samples.append((max(away_s - inside_s, 0.0), offset_s))
        if len(self._samples) > WINDOW:
            self._samples.pop(0)
        self.round_trip_s, self._offset_s = min(self._samples)

    def to_host(self, ticks: int) -> float:
        """Host seconds of a moment the pod stamped within the last 16 minutes. Raises ValueError before the first
        exchange."""
        if self.round_trip_s is None:
            raise ValueError("no exchange with the pod yet")
        return self._unwrapped(ticks) / 1e6 + self._offset_s

    def _unwrapped(self, ticks: int) -> int:
        ahead = (ticks - self._pod_ticks) % TICK_MODULUS
        return self._pod_ticks + (ahead if ahead < _FUTURE else ahead - TICK_MODULUS)
