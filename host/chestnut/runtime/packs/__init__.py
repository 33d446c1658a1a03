"""Skill packs: skills in a folder outside the project, with their words in both languages (docs/skill_packs.md)."""
