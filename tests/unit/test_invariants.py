"""What must hold in every state, tried over random lives of the device (hypothesis' stateful testing)."""

from __future__ import annotations

from chestnut.core.carers import Deed, Noted, Right, Rights, Sight
from chestnut.core.command import Command
from chestnut.core.effects import (
    Alarm,
    AwaitSample,
    AwaitTake,
    Brief,
    Buzz,
    Cancel,
    CheckCarers,
    CheckOff,
    CheckParts,
    CheckReminders,
    CheckStatus,
    CloseToCarers,
    Deafen,
    DropSample,
    Enrol,
    Forget,
    ForgetLetters,
    ForgetPad,
    ForgetPerson,
    ForgetPlace,
    ForgetSign,
    ForgetThing,
    LetSee,
    Listen,
    ListLetters,
    ListPads,
    ListPeople,
    ListSigns,
    ListTaught,
    ListVocabulary,
    Look,
    LookBack,
    MarkDone,
    NamePlace,
    Order,
    PairPad,
    Pin,
    Read,
    Recite,
    Recognise,
    Remember,
    Say,
    SeekPads,
    SetReminder,
    Start,
    Take,
    TakeBack,
    Teach,
    TeachSign,
    Tell,
    Understand,
    Wait,
)
from chestnut.core.events import (
    AlarmRang,
    BatteryMeasured,
    BatteryWarned,
    CarersActed,
    CarersChecked,
    ChipMeasured,
    DeadlinePassed,
    DoubtArose,
    EffectFailed,
    Event,
    LetterSampled,
    LetterSeen,
    LettersListed,
    ListeningBegan,
    LookedBack,
    MarkedDone,
    MemoryChanged,
    MemoryKept,
    OffChecked,
    PadForgotten,
    PadMeasured,
    PadPaired,
    PadsListed,
    Part,
    PartFound,
    PartLost,
    PartsChecked,
    PeopleListed,
    PeopleRecognised,
    PersonEnrolled,
    PlaceNamed,
    PodRestarted,
    ReminderDue,
    RemindersChecked,
    ReminderSet,
    RemindersMissed,
    SceneSeen,
    SentenceWritten,
    SignSeen,
    SignShown,
    SignsListed,
    SignTaught,
    SkillAsked,
    SkinMeasured,
    SpeechEnded,
    SpeechStarted,
    StatusChecked,
    TakeKept,
    TakenBack,
    TaughtListed,
    TextRead,
    TextTyped,
    ThingTaught,
    ThoughtEnded,
    ThoughtProgressed,
    VocabularyListed,
    VoiceNoticed,
    Woke,
    WordsHeard,
    WordSpelled,
)
from chestnut.core.memory import Owned
from chestnut.core.pad import BUTTONS as PAD_BUTTONS
from chestnut.core.pad import SeenPad
from chestnut.core.people import Known, Recognised, Unfit
from chestnut.core.reminders import Kind, Listed, When
from chestnut.core.scene import Belonging, Box, Hand, Judgement, Refusal, Scene, Thing
from chestnut.core.session import MODES, Session
from chestnut.core.signed import Signed, Word
from chestnut.core.thought import Sentence, Stage
from chestnut.skills.choose import NAMES
from chestnut.skills.find_menu import OFTEN
from chestnut.skills.table import SKILLS
from chestnut_tests.drive import CUP, FACE, Driver, page, scene
from chestnut_tests.recalled import found
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

KEYS_OF_THE_POD = ["describe", "read", "ask", "find", "stop"]
BUTTONS = [*KEYS_OF_THE_POD, *PAD_BUTTONS]
SCENES = [
    scene(),
    scene([FACE], [CUP]),
    scene([FACE] * 7),
    Scene(1, Judgement(0.5, 1.0), belongings=(Belonging("keys", "my", 0.7, Box(0.1, 0.4, 0.3, 0.7)),)),
    Scene(
        1,
        Judgement(0.5, 1.0),
        things=(Thing("cup", 0.8, Box(0.4, 0.4, 0.6, 0.7)),),
        hands=(Hand(0.9, "right", Box(0.4, 0.5, 0.7, 0.9), ()),),
    ),
    scene(judged=Judgement(0.01, 0.0, Refusal.TOO_DARK)),
    scene(judged=Judgement(0.5, 0.0, Refusal.TOO_BLURRED)),
]
ROWS = [(), (found(),), (found("keys", owner="my"), found(age_s=None), found(near="laptop", told=True))]
KEYS = Owned("keys", "my")
FACE_BOX = Box(0.45, 0.2, 0.55, 0.4)
FACES = [
    (),
    (Recognised(FACE_BOX, Known.SURE, "Anna", 0.8, None, 1, True),),
    (Recognised(FACE_BOX, Known.STRANGER, "", 0.3, None, 2, True),),
    (Recognised(FACE_BOX, Known.UNSEEN, unfit=Unfit.BLURRED),),
    (Recognised(FACE_BOX, Known.UNSURE, "", 0.6, None, 3, True), Recognised(FACE_BOX, Known.STRANGER)),
]
LACKS = ["gemma_missing", "engine_lost", "model_blind"]
PAGES = [
    page("Выход"),
    page(),
    page("EXIT"),
    page(dropped=3),
    page("a b", judged=Judgement(0.0, 0.0, Refusal.COVERED)),
]


PAD = SeenPad("E4:17:D8:00:00:01", "8BitDo Zero 2 gamepad")
SAID = [
    Command(),
    Command("describe"),
    Command("stop"),
    Command("russian"),
    Command("find_thing", thing=KEYS),
    Command("keep", thing=KEYS, place="on the table"),
    Command("remind_me", "Pills.", at="at 8"),
    Command("where", "where are my keys"),
    Command("question", "is it full"),
]
LISTED = Listed(1, 1e9, Kind.MEDICINE, "pills", When(0, 0, 23, 11, "08:00"))
LOOKED = Noted(1, "Olga", Deed.LOOKED, Sight.REMINDERS, LISTED.when)
RIGHTS = Rights((Right("Olga", Sight.REMINDERS, allowed=True),), (("Ben", Sight.DEVICE),))


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.device = Driver()
        self.old_jobs: list[int] = []
        self.alarm = 0  # the newest, set or not
        self.answered_since_request = True

    def feed(self, event: Event) -> tuple[Order, ...]:
        before = {*self.device.open, *self.device.thoughts}
        orders = self.device.handle(event)
        self.old_jobs += sorted(before - {*self.device.open, *self.device.thoughts})
        return orders

    @rule(after=st.floats(0.01, 3))
    def both_keys(self, after: float) -> None:
        """Down, held, and whatever becomes of it."""
        for edge in ("down", "held"):
            for button in ("find", "stop"):
                self.device.now += after / 4
                for order in self.device.edge(button, edge):
                    if isinstance(order, Start) and isinstance(order.effect, Alarm):
                        self.alarm = order.job

    @precondition(lambda self: self.alarm)
    @rule()
    def alarm_rings(self) -> None:
        self.device.now += 1
        self.feed(AlarmRang(at=self.device.now, job=self.alarm))

    def answer(self, event: Event, job: int) -> None:
        self.device.open.pop(job, None)
        self.old_jobs.append(job)
        self.feed(event)

    @initialize(mode=st.sampled_from(MODES), speaks_letters=st.booleans())
    def begin(self, mode: str, speaks_letters: bool) -> None:
        self.device = Driver(Session(mode=mode, speaks_letters=speaks_letters))

    # --- what may happen ----------------------------------------------------------------------------------

    @rule(
        button=st.sampled_from(BUTTONS),
        edge=st.sampled_from(["down", "up", "held"]),
        after=st.floats(0.01, 2),
    )
    def key(self, button: str, edge: str, after: float) -> None:
        self.device.now += after
        self.device.edge(button, edge)

    @rule(button=st.sampled_from(BUTTONS), after=st.floats(0.4, 2))
    def hold(self, button: str, after: float) -> None:
        self.device.hold(button, after)

    @rule(button=st.sampled_from(BUTTONS), after=st.floats(0.01, 2))
    def press(self, button: str, after: float) -> None:
        self.device.press(button, after)

    @precondition(lambda self: self.device.open)
    @rule(data=st.data())
    def job_ends(self, data: st.DataObject) -> None:
        job = data.draw(st.sampled_from(sorted(self.device.open)))
        at, effect = self.device.now, self.device.open[job]
        earlier = effect.earlier if isinstance(effect, AwaitTake) else ()
        events: list[Event] = {
            Look: [SceneSeen(at=at, job=job, scene=seen) for seen in SCENES],
            Read: [TextRead(at=at, job=job, page=read) for read in PAGES],
            CheckStatus: [
                StatusChecked(at=at, job=job, time_of_day="12:00", battery=level) for level in (None, 7)
            ],
            CheckReminders: [
                RemindersChecked(at=at, job=job),
                RemindersChecked(at=at, job=job, missed=(LISTED, LISTED), coming=LISTED),
            ],
            CheckParts: [PartsChecked(at=at, job=job, lacks=lacks) for lacks in ((), ("gemma_missing",) * 5)],
            CheckOff: [OffChecked(at=at, job=job, machine=machine) for machine in (False, True)],
            MarkDone: [MarkedDone(at=at, job=job)],
            LookBack: [LookedBack(at=at, job=job, found=rows) for rows in ROWS],
            Remember: [MemoryKept(at=at, job=job)],
            Tell: [MemoryKept(at=at, job=job)],
            SetReminder: [ReminderSet(at=at, job=job, coming=LISTED)],
            Pin: [MemoryChanged(at=at, job=job, rows=1)],
            Forget: [MemoryChanged(at=at, job=job, rows=rows) for rows in (0, 1)],
            Wait: [DeadlinePassed(at=at, job=job)],
            Recognise: [
                PeopleRecognised(at=at, job=job, scene=seen, faces=faces)
                for seen in SCENES
                for faces in FACES
            ],
            ListPeople: [
                PeopleListed(at=at, job=job),
                PeopleListed(at=at, job=job, enrolled=("Anna", "Пётр"), waiting=("Vera",)),
            ],
            Enrol: [PersonEnrolled(at=at, job=job, name="Anna")],
            ForgetPerson: [MemoryChanged(at=at, job=job, rows=1)],
            ListTaught: [
                TaughtListed(at=at, job=job, new_things=(KEYS,), new_places=("sofa",)),
                TaughtListed(at=at, job=job, things=(KEYS,), places=("sofa",), new_places=("desk",)),
            ],
            Take: [
                TakeKept(at=at, job=job, take=job),
                TakeKept(at=at, job=job, take=job, odd=(job,)),
                TakeKept(at=at, job=job),
            ],
            TakeBack: [
                TakenBack(at=at, job=job, removed=removed, signed=Signed(words, letters))
                for removed, words, letters in (
                    ("", (), ()),
                    ("A", (Word("TEA", 0.4),), ("T",)),
                    ("TEA", (), ()),
                )
            ],
            ForgetLetters: [LettersListed(at=at, job=job, letters=(("А", 0), ("Б", 0)))],
            ListLetters: [
                LettersListed(at=at, job=job, letters=(("А", 1), ("Б", 3)), badly=badly)
                for badly in ((), ("А",))
            ],
            AwaitSample: [
                LetterSampled(at=at, job=job, samples=2),
                LetterSampled(at=at, job=job, samples=3),
                LetterSampled(at=at, job=job, lack="letters_no_hand"),
            ],
            DropSample: [LetterSampled(at=at, job=job, samples=1)],
            SeekPads: [PadsListed(at=at, job=job, pads=pads) for pads in ((), (PAD,))],
            PairPad: [PadPaired(at=at, job=job)],
            ListPads: [PadsListed(at=at, job=job, pads=pads) for pads in ((), (PAD,))],
            ForgetPad: [PadForgotten(at=at, job=job)],
            ListSigns: [
                SignsListed(at=at, job=job, new=("tea",)),
                SignsListed(at=at, job=job, known=("tea", "вода"), new=("yes",)),
            ],
            AwaitTake: [
                SignShown(at=at, job=job, take=job, agreeing=(*earlier, job)),
                SignShown(at=at, job=job, take=job, agreeing=earlier, lack="sign_take_unlike"),
                SignShown(at=at, job=job, lack="sign_take_long"),
                SignShown(at=at, job=job, lack="sign_take_no_hands", moved=False),
            ],
            TeachSign: [
                SignTaught(at=at, job=job),
                SignTaught(at=at, job=job, doubt="sign_alike", other="milk"),
            ],
            ForgetSign: [MemoryChanged(at=at, job=job, rows=rows) for rows in (0, 1)],
            ListVocabulary: [
                VocabularyListed(at=at, job=job, lack="signs_uncalibrated"),
                VocabularyListed(at=at, job=job, signs=("tea",), letters=("A", "B"), drawn=("J",)),
            ],
            Listen: [ListeningBegan(at=at, job=job)],
            Understand: [
                WordsHeard(at=at, job=job),
                WordsHeard(at=at, job=job, voiced=True),
                *(
                    WordsHeard(at=at, job=job, text="so it is said", voiced=True, sure=sure, command=meant)
                    for sure in (0.1, 0.9)
                    for meant in SAID
                ),
            ],
            Teach: [ThingTaught(at=at, job=job), ThingTaught(at=at, job=job, alike=(KEYS,))],
            NamePlace: [PlaceNamed(at=at, job=job, alike=names) for names in ((), ("sofa",))],
            ForgetThing: [MemoryChanged(at=at, job=job, rows=1)],
            ForgetPlace: [MemoryChanged(at=at, job=job, rows=1)],
            CheckCarers: [
                CarersChecked(at=at, job=job, rights=Rights()),
                CarersChecked(at=at, job=job, rights=RIGHTS, acts=(LOOKED, LOOKED)),
            ],
            LetSee: [MemoryChanged(at=at, job=job, rows=1)],
            CloseToCarers: [MemoryChanged(at=at, job=job, rows=1)],
        }.get(type(effect), [SpeechEnded(at=at, job=job)])  # type: ignore[assignment]
        if not isinstance(effect, Wait):
            events = [*events, EffectFailed(at=at, job=job, reason="camera_lost")]
        self.answer(data.draw(st.sampled_from(events)), job)

    @rule(
        entry=st.sampled_from(["describe_deep", "more", "ask_what", "ask_door", "translate"]),
        steps=st.integers(1, 12),
    )
    def think(self, entry: str, steps: int) -> None:
        """At most as far as a thought: everything is seen, read and spoken at once."""
        if entry == "describe_deep":
            self.device.hold("describe")
        elif entry == "more":
            self.device.double("describe")
        else:
            self.device.double("ask")
            for _ in range(NAMES.index(entry)):
                self.device.press("ask", after_s=0.5)
            self.device.press("describe", after_s=0.5)
        for _ in range(steps):
            job, effect = self.device.open_job(), self.device.open_effect()
            if self.device.thoughts or job is None:
                return
            at = self.device.now
            match effect:
                case Look():
                    self.answer(SceneSeen(at=at, job=job, scene=SCENES[1]), job)
                case Read():
                    self.answer(TextRead(at=at, job=job, page=PAGES[0]), job)
                case CheckParts():
                    self.answer(PartsChecked(at=at, job=job), job)
                case CheckStatus():
                    self.answer(StatusChecked(at=at, job=job, time_of_day="12:00"), job)
                case CheckOff():
                    self.answer(OffChecked(at=at, job=job, machine=True), job)
                case CheckReminders():
                    self.answer(RemindersChecked(at=at, job=job), job)
                case ListTaught():  # of a lesson that was begun before, and heard this key
                    self.answer(TaughtListed(at=at, job=job, things=(KEYS,), new_places=("sofa",)), job)
                case ListSigns():
                    self.answer(SignsListed(at=at, job=job, new=("tea",)), job)
                case Wait():
                    self.answer(DeadlinePassed(at=at, job=job), job)
                case Say() | Recite():
                    self.answer(SpeechEnded(at=at, job=job), job)
                case _:
                    return  # of a lesson that was begun before

    @rule(
        entry=st.sampled_from(
            ["teach_thing", "name_place", "forget_taught", "teach_sign", "show_letters", "forget_letters"]
        ),
        steps=st.integers(0, 30),
    )
    def teach(self, entry: str, steps: int) -> None:
        """So far into a lesson in which every picture is good, or into forgetting one."""
        self.device.double("ask")
        for _ in range(NAMES.index(entry)):
            self.device.press("ask", after_s=0.5)
        self.device.press("describe", after_s=0.5)
        for _ in range(steps):
            job, effect = self.device.open_job(), self.device.open_effect()
            if job is None:
                return
            at = self.device.now
            match effect:
                case ListTaught():
                    self.answer(TaughtListed(at=at, job=job, things=(KEYS,), new_places=("sofa",)), job)
                    self.device.press("describe", after_s=0.5)
                case Look():
                    self.answer(SceneSeen(at=at, job=job, scene=SCENES[1]), job)
                case ListLetters() | ForgetLetters():
                    self.answer(LettersListed(at=at, job=job, letters=(("А", 1), ("Б", 0))), job)
                case AwaitSample():
                    self.answer(LetterSampled(at=at, job=job, samples=1 + steps % 3), job)
                case ListSigns():
                    self.answer(SignsListed(at=at, job=job, new=("tea",)), job)
                    self.device.press("describe", after_s=0.5)
                case AwaitTake(earlier=earlier):
                    self.answer(SignShown(at=at, job=job, take=job, agreeing=(*earlier, job)), job)
                case TeachSign():
                    self.answer(SignTaught(at=at, job=job), job)
                case Take():
                    self.answer(TakeKept(at=at, job=job, take=job), job)
                case Teach():
                    self.answer(ThingTaught(at=at, job=job), job)
                case NamePlace():
                    self.answer(PlaceNamed(at=at, job=job), job)
                case CheckParts():
                    self.answer(PartsChecked(at=at, job=job), job)
                case CheckStatus():
                    self.answer(StatusChecked(at=at, job=job, time_of_day="12:00"), job)
                case CheckOff():
                    self.answer(OffChecked(at=at, job=job, machine=True), job)
                case Wait():
                    self.answer(DeadlinePassed(at=at, job=job), job)
                case Say() | Recite():
                    self.answer(SpeechEnded(at=at, job=job), job)
                case _:
                    return  # of a list or a lesson that heard the key itself

    @rule(thing=st.integers(0, len(OFTEN)), looks=st.lists(st.sampled_from(SCENES), min_size=1, max_size=8))
    def find(self, thing: int, looks: list[Scene]) -> None:
        """At most so many looks: remarks are spoken on, everything else is over at once."""
        self.device.double("ask")
        for _ in range(NAMES.index("find")):
            self.device.press("ask", after_s=0.5)
        self.device.press("describe", after_s=0.5)
        job = self.device.open_job()
        if self.device.open_effect() == ListTaught() and job is not None:
            self.answer(TaughtListed(at=self.device.now, job=job, things=(KEYS,)), job)
        for _ in range(thing):
            self.device.press("ask", after_s=0.5)
        self.device.press("describe", after_s=0.5)
        for seen in looks:
            for job, effect in tuple(self.device.open.items()):
                if job not in self.device.open:
                    continue
                at = self.device.now = self.device.now + 0.1
                match effect:
                    case Look():
                        self.answer(SceneSeen(at=at, job=job, scene=seen), job)
                    case Wait():
                        self.answer(DeadlinePassed(at=at, job=job), job)
                    case Say(key="find_begin"):
                        self.answer(SpeechEnded(at=at, job=job), job)

    @precondition(lambda self: self.device.thoughts)
    @rule(data=st.data())
    def thought_goes_on(self, data: st.DataObject) -> None:
        at, job = self.device.now, self.device.thought
        event: Event = data.draw(
            st.sampled_from(
                [
                    *(ThoughtProgressed(at=at, job=job, stage=stage) for stage in Stage),
                    SentenceWritten(at=at, job=job, sentence=Sentence("A door.")),
                    SentenceWritten(at=at, job=job, sentence=Sentence("A cat.", doubtful=True)),
                    ThoughtEnded(at=at, job=job, withheld=1),
                    *(EffectFailed(at=at, job=job, reason=reason) for reason in LACKS),
                ]
            )
        )
        if isinstance(event, (ThoughtEnded, EffectFailed)):
            self.device.thoughts.pop(job)
            self.old_jobs.append(job)
        self.feed(event)

    @precondition(lambda self: self.old_jobs)
    @rule(data=st.data())
    def late_answer(self, data: st.DataObject) -> None:
        at, job = self.device.now, data.draw(st.sampled_from(self.old_jobs))
        for event in (
            SceneSeen(at=at, job=job, scene=SCENES[1]),
            SpeechStarted(at=at, job=job),
            ThoughtProgressed(at=at, job=job, stage=Stage.WRITING),
            SentenceWritten(at=at, job=job, sentence=Sentence("Late.")),
            ThoughtEnded(at=at, job=job),
            EffectFailed(at=at, job=job, reason="engine_lost"),
        ):
            assert self.feed(event) == (), event

    @rule(part=st.sampled_from(list(Part)))
    def part_lost(self, part: Part) -> None:
        self.feed(PartLost(at=self.device.now, part=part, reason=f"{part}_lost"))

    @rule(part=st.sampled_from(list(Part)))
    def part_found(self, part: Part) -> None:
        self.feed(PartFound(at=self.device.now, part=part))

    @rule(key=st.sampled_from(["ask", "pad_r1"]), speaks=st.booleans(), lets_go=st.booleans())
    def talk(self, key: str, speaks: bool, lets_go: bool) -> None:
        """As far as the microphone hears; whatever becomes of it."""
        self.device.now += 1
        self.device.edge(key, "down")
        self.device.now += 0.7
        self.device.edge(key, "held")
        job = self.device.open_job()
        if job is not None and isinstance(self.device.open_effect(), Listen):
            self.answer(ListeningBegan(at=self.device.now, job=job), job)
        if speaks:
            self.feed(VoiceNoticed(at=self.device.now))
        if lets_go:
            self.device.edge(key, "up")

    @rule(celsius=st.sampled_from([None, 30.0, 40.5, 41.5, 44.0]))
    def warmed(self, celsius: float | None) -> None:
        self.feed(SkinMeasured(at=self.device.now, celsius=celsius))

    @rule(percent=st.sampled_from([None, 0, 100]))
    def pad_measured(self, percent: int | None) -> None:
        self.feed(PadMeasured(at=self.device.now, percent=percent))

    @rule(percent=st.sampled_from([None, 90, 20, 10, 5]), charging=st.sampled_from([None, False, True]))
    def charged(self, percent: int | None, charging: bool | None) -> None:
        self.feed(BatteryMeasured(at=self.device.now, percent=percent, millivolts=0, charging=charging))

    @rule(low=st.booleans(), after=st.floats(0, 120))
    def line_told(self, low: bool, after: float) -> None:
        self.device.now += after
        self.feed(BatteryWarned(at=self.device.now, low=low))

    @rule(celsius=st.sampled_from([None, 60.0, 81.0, 90.0]), weak=st.booleans())
    def chip_measured(self, celsius: float | None, weak: bool) -> None:
        self.feed(ChipMeasured(at=self.device.now, celsius=celsius, undervoltage=weak))

    @rule()
    def pod_restarted(self) -> None:
        self.feed(PodRestarted(at=self.device.now, reason="OSError"))

    @rule(reminder=st.integers(1, 2), late=st.booleans(), sure=st.booleans(), times=st.integers(0, 1))
    def reminder_due(self, reminder: int, late: bool, sure: bool, times: int) -> None:
        self.feed(
            ReminderDue(
                at=self.device.now,
                reminder=reminder,
                due=1e9,
                kind=Kind.MEDICINE,
                words="pills",
                when=LISTED.when,
                times=times,
                late=late,
                sure=sure,
            )
        )

    @rule()
    def carers_acted(self) -> None:
        self.feed(CarersActed(at=self.device.now, acts=(LOOKED,)))

    @rule()
    def reminders_missed(self) -> None:
        self.feed(RemindersMissed(at=self.device.now, count=2))
        self.feed(DoubtArose(at=self.device.now, reason="clock_unsure"))

    @rule(
        kind=st.sampled_from([LetterSeen, WordSpelled, SignSeen]),
        text=st.sampled_from(["TEA", "A"]),
        confidence=st.sampled_from([0.4, 0.9]),
        times=st.integers(1, 20),
    )
    def signed(self, kind: type[Event], text: str, confidence: float, times: int) -> None:
        at, words = self.device.now, (Word("milk"), Word(text, confidence))
        events: dict[type[Event], Event] = {
            LetterSeen: LetterSeen(
                at=at, letter=text[0], confidence=confidence, signed=Signed(words, (text[0],))
            ),
            WordSpelled: WordSpelled(at=at, text=text, confidences=(confidence,), signed=Signed(words)),
            SignSeen: SignSeen(at=at, name=text, signed=Signed(words)),
        }
        voices = {job: said for job, said in self.device.open.items() if isinstance(said, (Say, Recite))}
        for _ in range(times):
            self.feed(events[kind])
        assert all(self.device.open.get(job) == said for job, said in voices.items()), "cuts nothing off"

    @rule(skill=st.sampled_from(["signs", "say_signed"]))
    def asked(self, skill: str) -> None:
        self.feed(SkillAsked(at=self.device.now, skill=skill))

    @rule(text=st.sampled_from(["Good morning", "привет"]))
    def typed(self, text: str) -> None:
        voices = {job: said for job, said in self.device.open.items() if isinstance(said, (Say, Recite))}
        self.feed(TextTyped(at=self.device.now, text=text))
        assert all(self.device.open.get(job) == said for job, said in voices.items()), "cuts nothing off"

    @rule(first=st.booleans())
    def woke(self, first: bool) -> None:
        self.feed(Woke(at=self.device.now, first=first))

    # --- what must hold -----------------------------------------------------------------------------------

    @rule()
    def stop_is_silent_and_idle(self) -> None:
        self.device.now += 1  # sooner, it may be the second half of a double press
        orders = self.device.edge("stop", "down")
        for order in orders:
            brief = isinstance(order, Start) and isinstance(order.effect, (Buzz, Alarm, Deafen))
            assert isinstance(order, Cancel) or brief, "stop only cancels, deafens and buzzes"
        assert self.device.open == {}, "nothing is left running"
        assert self.device.thoughts == {}, "nor being thought"
        assert self.device.guides == {}, "nor led"
        assert not self.device.listens, "nor heard"
        assert not self.device.conductor.busy

    @invariant()
    def never_two_voices(self) -> None:
        voices = [effect for effect in self.device.open.values() if isinstance(effect, (Say, Recite))]
        assert len(voices) <= 1, voices

    @invariant()
    def busy_means_something_will_come(self) -> None:
        """Neither stuck nor forgotten; under a finger, announcements wait until it is lifted."""
        busy, open_jobs = self.device.conductor.busy, bool(self.device.open)
        assert busy == open_jobs or (busy and bool(self.device.fingers))

    @invariant()
    def a_thought_ends_with_its_skill(self) -> None:
        assert len(self.device.thoughts) <= 1
        assert not self.device.thoughts or self.device.open, "whoever thinks speaks, waits or reads"

    @invariant()
    def nothing_listens_unless_somebody_talks(self) -> None:
        skill = self.device.conductor.skill
        assert not self.device.listens or skill is SKILLS["talk"]

    @invariant()
    def guidance_ends_with_its_skill(self) -> None:
        assert len(self.device.guides) <= 1
        assert not self.device.guides or self.device.open, "whoever leads looks, speaks or waits"

    @rule(button=st.sampled_from(BUTTONS))
    def a_finger_ends_every_thought(self, button: str) -> None:
        """No skill that thinks offers the next key to itself."""
        self.device.now += 1
        self.device.edge(button, "down")
        assert self.device.thoughts == {}
        assert self.device.guides == {}

    @invariant()
    def no_skill_failed(self) -> None:
        assert not self.device.faults, self.device.faults

    @rule(button=st.sampled_from(["describe", "read", "ask", "find"]), data=st.data())
    def every_request_ends_in_speech_or_a_buzz(self, button: str, data: st.DataObject) -> None:
        self.device.edge("stop", "down")
        self.device.edge("stop", "up")
        if self.device.open:  # the stop found silence and repeats; end that first
            self.device.edge("stop", "down")
            self.device.edge("stop", "up")
        self.device.now += 1
        self.device.edge(button, "down")
        self.device.effects.clear()
        self.device.edge(button, "up")
        for _ in range(60):
            if not self.device.open:
                break
            if self.device.thoughts and data.draw(st.booleans()):
                self.thought_goes_on(data)
            else:
                self.job_ends(data)
        else:
            return  # an endless menu
        assert any(isinstance(effect, (Say, Recite, Buzz)) for effect in self.device.effects)


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase


def test_start_orders_carry_fresh_job_numbers() -> None:
    device = Driver()
    orders = device.press("describe") + device.see(SCENES[1]) + device.press("read")
    jobs = [order.job for order in orders if isinstance(order, Start)]
    assert jobs == sorted(set(jobs))
    assert all(isinstance(order.effect, Brief) or order.job for order in orders if isinstance(order, Start))
