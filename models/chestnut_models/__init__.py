"""Model files: what the catalogue names, where it comes from, how it is fetched and converted.

chestnut_models.path("nanodet.onnx")    a file that is there, or ModelMissing with the remedy
chestnut_models.list_models()           name, size, licence and state of every file
chestnut_models.fetch()                 brings what is missing
chestnut_models.verify()                the same as list_models, every byte checked
chestnut_models.language_model()        the language model to load, or ModelMissing with the remedy
"""

from chestnut_models.errors import (
    CatalogueError,
    FetchFailed,
    MemberMissing,
    ModelDamaged,
    ModelError,
    ModelMissing,
    NoNetwork,
    NoRoom,
    WrongHash,
    WrongModel,
)
from chestnut_models.library import (
    LanguageModel,
    ModelState,
    fetch,
    language_model,
    list_models,
    path,
    verify,
)

__all__ = [
    "CatalogueError",
    "FetchFailed",
    "LanguageModel",
    "MemberMissing",
    "ModelDamaged",
    "ModelError",
    "ModelMissing",
    "ModelState",
    "NoNetwork",
    "NoRoom",
    "WrongHash",
    "WrongModel",
    "fetch",
    "language_model",
    "list_models",
    "path",
    "verify",
]
