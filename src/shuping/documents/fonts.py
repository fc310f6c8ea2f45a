"""The faces that pdf papers are set in: one Chinese serif, one Chinese sans, each regular and bold."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "static" / "built" / "fonts"
FACES = (
    "NotoSerifSC_400Regular.ttf",
    "NotoSerifSC_700Bold.ttf",
    "NotoSansSC_400Regular.ttf",
    "NotoSansSC_700Bold.ttf",
)
COMMON = tuple(face.replace(".ttf", "_Common.ttf") for face in FACES)  # what nearly every paper needs of each


class FontsMissing(Exception):
    """The faces are not there."""


def directory() -> Path:
    """Where the faces lie. Raises FontsMissing and says what to run."""
    missing = [face for face in (*FACES, *COMMON) if not (FOLDER / face).exists()]
    if missing:
        raise FontsMissing(f"The faces for pdf papers are missing ({', '.join(missing)}). Run `make setup`.")
    return FOLDER
