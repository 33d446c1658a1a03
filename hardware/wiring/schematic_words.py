"""What is written on the pod's circuit, and the circuit in words for who does not see it."""

from __future__ import annotations

from hardware.pins import Pins, key_name

WORDS = {
    "en": {
        "title": "The pod's circuit",
        "pin": "pin",
        "usb": "micro-USB: to the chest unit (W12)",
        "motor": "coin motor, 3 V",
        "spring": "spring motor (LRA)",
        "plug": "J1, plug in the cable",
        "sensor": "at the back plate",
        "cell": "cell, 4.2 V at most",
        "data": "data",
        "light": "the board's own light",
    },
    "ru": {
        "title": "Схема пульта",
        "pin": "вывод",
        "usb": "micro-USB: к нагрудному блоку (W12)",
        "motor": "мотор-таблетка, 3 В",
        "spring": "пружинный мотор (LRA)",
        "plug": "J1, разъём в кабеле",
        "sensor": "у задней стенки",
        "cell": "элемент, не более 4,2 В",
        "data": "данные",
        "light": "светодиод самой платы",
    },
}
KEYS = {
    "en": "The Pico stands left. Five keys join their pins to ground: {}.",
    "ru": "Слева Pico. Пять кнопок замыкают свои выводы на землю: {}.",
}
MOTOR = {
    "en": {
        "pwm": "GP{} opens the MOSFET Q1, which R1 of 100 kΩ holds shut; the motor M1 lies between 3.3 V and the "
        "drain, the diode D1 beside the motor with its stripe to 3.3 V.",
        "drv2605l": "A DRV2605L on I2C drives the motor M1.",
        "none": "There is no motor.",
    },
    "ru": {
        "pwm": "GP{} открывает транзистор Q1, который R1 100 кОм держит закрытым; мотор M1 включён между 3,3 В и "
        "стоком, диод D1 — параллельно мотору, полоской к 3,3 В.",
        "drv2605l": "Мотором M1 управляет DRV2605L по I2C.",
        "none": "Мотора нет.",
    },
}
SKIN = {
    "en": "The sensor at the back plate comes to GP{} through the plug J1, with R2 to 3.3 V.",
    "ru": "Датчик у задней стенки подключён к GP{} через разъём J1, R2 — к 3,3 В.",
}


def told(pins: Pins, language: str) -> str:
    """The circuit in words: what its drawing shows."""
    names = {
        key.name: key_name(key.name, "ru") if language == "ru" else key.name.capitalize()
        for key in pins.buttons
    }
    keys = ", ".join(f"{names[key.name]} GP{key.gpio}" for key in pins.buttons)
    gate = pins.signal("motor").gpio if pins.haptic == "pwm" else ""
    said = [KEYS[language].format(keys), MOTOR[language][pins.haptic].format(gate)]
    if pins.skin_sensor != "none":
        said.append(SKIN[language].format(pins.signal("skin").gpio))
    return " ".join(said)
