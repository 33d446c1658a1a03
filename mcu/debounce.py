"""What one key did, from the raw edges of its contact. Pure: edges and the time come in, events go out.

The first edge counts at once; for debounce_us after it the contact may bounce as it likes; then its level is looked
at again and a correction is reported if the key went back meanwhile. HELD is decided here, in pod time, so neither a
slow host nor a busy pod turns a press into a hold.
"""

from chestnut_wire.messages import DOWN, HELD, TICK_MODULUS, UP
from chestnut_wire.reliable import elapsed_us


class Key:
    """moved(kind, t_us) hears UP, DOWN and HELD, each with the tick at which it came true."""

    def __init__(self, moved, debounce_us, hold_us):
        self.down = False
        self._moved = moved
        self._debounce_us = debounce_us
        self._hold_us = hold_us
        self._bouncing = False
        self._held = False
        self._changed_us = 0
        self._raw_down = False  # the newest raw edge while bouncing
        self._raw_us = 0

    def edge(self, down, t_us):
        """A raw edge, in order of time."""
        self._settle(t_us)
        if self._bouncing:
            self._raw_down = down
            self._raw_us = t_us
        elif down != self.down:
            self._hold(t_us)
            self._change(down, t_us)

    def look(self, down, now_us):
        """The contact's level now, when every raw edge before now was given."""
        if self._bouncing and down != self._raw_down:
            self._raw_down = down  # an edge the interrupt had no room for
            self._raw_us = now_us
        self._settle(now_us)
        if not self._bouncing and down != self.down:
            self._hold(now_us)
            self._change(down, now_us)
        self._hold(now_us)

    def due_us(self, now_us):
        """Microseconds until `look` is needed; None when nothing is pending."""
        if self._bouncing:
            return max(self._debounce_us - elapsed_us(now_us, self._changed_us), 0)
        if self.down and not self._held:
            return max(self._hold_us - elapsed_us(now_us, self._changed_us), 0)
        return None

    def _settle(self, now_us):
        while self._bouncing and elapsed_us(now_us, self._changed_us) >= self._debounce_us:
            self._bouncing = False
            if self._raw_down != self.down:
                self._change(self._raw_down, self._raw_us)

    def _change(self, down, t_us):
        self.down = down
        self._held = False
        self._bouncing = True
        self._changed_us = self._raw_us = t_us
        self._raw_down = down
        self._moved(DOWN if down else UP, t_us)

    def _hold(self, now_us):
        if self.down and not self._held and elapsed_us(now_us, self._changed_us) >= self._hold_us:
            self._held = True
            self._moved(HELD, (self._changed_us + self._hold_us) % TICK_MODULUS)
