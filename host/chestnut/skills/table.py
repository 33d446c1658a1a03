"""Every skill by its name: the names pins.toml's keys use."""

from __future__ import annotations

from chestnut.core.skill import Priority, Skill
from chestnut.skills import (
    absent,
    carers,
    choose,
    describe,
    detail,
    find_menu,
    forget_person,
    greet,
    keys,
    meet,
    questions,
    read,
    recall,
    remember,
    remind,
    repeat,
    status,
    translate,
    who,
)

SKILLS: dict[str, Skill] = {
    "greet": Skill(greet.greet, Priority.ALERT),
    "first_start": Skill(greet.first_start, Priority.ALERT),
    "describe": Skill(describe.describe, sees=True, answers=True),
    "describe_deep": Skill(detail.describe_deep, sees=True, answers=True),
    "more": Skill(detail.more),
    "read": Skill(read.read, sees=True, answers=True),
    "read_again": Skill(read.read_again),
    "translate": Skill(translate.translate(), answers=True),
    "repeat": Skill(repeat.repeat),
    "answer_again": Skill(repeat.answer_again, sees=True),
    "choose": Skill(choose.choose, apart=True),
    **{f"ask_{name}": Skill(questions.ask(name), sees=True, answers=True) for name in questions.NAMES},
    "remind": Skill(remind.remind, Priority.REMINDER),
    "reminders": Skill(remind.reminders),
    "find": Skill(find_menu.choose_thing),
    "who": Skill(who.who, sees=True, answers=True),
    "meet": Skill(meet.meet),
    "forget_person": Skill(forget_person.forget_person),
    "carers": Skill(carers.carers),
    "who_looked": Skill(carers.who_looked),
    "tell_carers": Skill(carers.tell_carers, Priority.REMINDER),
    "keys": Skill(keys.keys),
    "status": Skill(status.status),
    "next_mode": Skill(status.next_mode),
    "recall": Skill(recall.recall),
    "remember": Skill(remember.remember, sees=True),
    # Keys whose skill comes with a later milestone say so.
    "read_document": Skill(absent.absent("documents")),
    "talk": Skill(absent.absent("talking")),
}
