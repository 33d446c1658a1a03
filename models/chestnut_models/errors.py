"""What can go wrong with model files. Every message is one line and names the remedy."""

from __future__ import annotations


class ModelError(RuntimeError):
    """Base of all faults of model files."""


class CatalogueError(ModelError):
    """catalogue.toml is wrong."""


class ModelMissing(ModelError):
    """A model file is not there."""


class ModelDamaged(ModelMissing):
    """A model file is there, but it is not the one the catalogue names. For its user that is as good as missing."""


class WrongModel(ModelMissing):
    """A model file is there, but it cannot be what it is named as, such as a projector for another model."""


class FetchFailed(ModelError):
    """A model file could not be fetched. Nothing half-done was left in the cache."""


class WrongHash(FetchFailed):
    """What was fetched or converted is not what the catalogue promises."""


class MemberMissing(FetchFailed):
    """The package was fetched, but the wanted file is not in it."""


class NoRoom(FetchFailed):
    """The disk is full."""


class Denied(FetchFailed):
    """The host wants an account or an agreement before it gives a file."""


class NoNetwork(FetchFailed):
    """The package registry or the server could not be reached."""


class ConversionFailed(FetchFailed):
    """A model holds something its converter does not know, or the converter cannot run here."""
