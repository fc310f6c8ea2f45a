"""Put the four faces for pdf papers where the site looks for them; each is checked by its SHA-256.

Beside each stands what nearly every paper needs of it, a quarter of its size, as a family of its own: the typesetter
holds a face in memory, and takes the whole one only for a paper with a rare character.
"""

import hashlib
import shutil
import sys
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "node_modules/@expo-google-fonts"
TARGET = ROOT / "src/shuping/static/built/fonts"
FAMILY = {1, 16}  # the entries of a face that name its family
HAN = 0x3400, 0xFB00  # Chinese characters, in so far as GB 2312 may have them
RAREST = 0x20000
FACES = {
    "noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf": (
        "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742"
    ),
    "noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf": (
        "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6"
    ),
    "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": (
        "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16"
    ),
    "noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf": ("9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96"),
}


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for face, digest in FACES.items():
        source, target = PACKAGES / face, TARGET / Path(face).name
        if hashlib.sha256(source.read_bytes()).hexdigest() != digest:
            sys.exit(f"{face} is not the face that this version was made with.")
        if not target.exists() or target.stat().st_size != source.stat().st_size:
            shutil.copyfile(source, target)
        common = target.with_stem(f"{target.stem}_Common")
        if not common.exists() or common.stat().st_mtime < target.stat().st_mtime:
            _cut(target, common)
    print(f"fonts: {len(FACES)} faces")


def _cut(face: Path, target: Path) -> None:
    """The face with its common characters only."""
    options = subset.Options(layout_features=["*"], name_IDs=["*"], notdef_outline=True)
    font = subset.load_font(str(face), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for code in font.getBestCmap() if _is_common(code)])
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in FAMILY:
            record.string = f"{record.toUnicode()} Common"
    subset.save_font(font, str(target), options)


def _is_common(code: int) -> bool:
    """What GB 2312 has, and every sign that is no Chinese character."""
    try:
        return code < HAN[0] or HAN[1] <= code < RAREST or bool(chr(code).encode("gb2312"))
    except UnicodeEncodeError:
        return False


if __name__ == "__main__":
    main()
