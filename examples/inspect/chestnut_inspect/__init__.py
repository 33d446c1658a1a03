"""A list gone through item by item before leaving the house. The answers are remembered."""

from chestnut.core.skill import Skill

from .checklist import inspect

SKILLS = {"inspect": Skill(inspect)}
