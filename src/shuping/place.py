"""Where a command works: the settings checked, the data folder found or, when asked for, made, and said aloud."""

import os
import sys
from pathlib import Path
from typing import Any

from shuping.core import configured, datafolder

SETTINGS_AT_FAULT = 2  # exit status, as of a wrong call


class NoSite(datafolder.CannotWork):
    """There is no site where the command looked for one, or one where a new one was to be made."""


class NotOurs(datafolder.CannotWork):
    """This user may not work on the data folder."""


def settings_at_fault() -> bool:
    """Whether a variable says something that cannot be; each fault, and each name that is no setting, is told."""
    found = configured.read(os.environ)
    for sentence in (*found.warnings, *found.faults):
        print(sentence, file=sys.stderr)
    return bool(found.faults)


def add_new(command: Any) -> None:
    """Give a sub-command the option that makes a data folder."""
    command.add_argument("--new", action="store_true", help="make a new site in a data folder that is not there yet")


def find(*, new: bool = False) -> Path:
    """The data folder for a command that writes in it: with `new` it is made, without it has to hold a site. What
    others on the machine could read is closed to them. Says which folder and database are meant. Raises CannotWork.
    """
    folder = datafolder.path()
    _ensure_ours(folder)
    (_make if new else _ensure_site)(folder)
    close(folder)
    tell(folder)
    return folder


def close(folder: Path) -> None:
    """Close the folder to others on the machine, and say so when it was not. Raises OpenToOthers."""
    if number := datafolder.close_to_others(folder):
        print(
            f"其他用户曾能读取 {folder} 中的 {number} 处，现已禁止。 / Others on this machine could read {number} "
            f"places in {folder}; they no longer can.",
            file=sys.stderr,
        )


def look() -> Path:
    """The data folder for a command that changes nothing. Says which folder and database are meant.

    Raises CannotWork.
    """
    folder = datafolder.path()
    _ensure_readable(folder, os.R_OK | os.X_OK)
    _ensure_site(folder)
    tell(folder)
    return folder


def empty() -> Path:
    """The data folder for a command that fills it: made when it is not there. Raises CannotWork."""
    folder = datafolder.path()
    _ensure_ours(folder)
    _made(folder)
    close(folder)
    tell(folder)
    return folder


def tell(folder: Path) -> None:
    """Say on standard output which folder and database are meant."""
    unset = "" if os.environ.get("SHUPING_DATA") else "（SHUPING_DATA 未设置 / is not set）"
    print(f"数据目录 Data folder: {folder}{unset}", flush=True)
    print(f"数据库 Database: {datafolder.called(datafolder.database(folder))}", flush=True)


def _make(folder: Path) -> None:
    if datafolder.holds_site(folder):
        raise NoSite(
            f"{folder} 中已有站点，请去掉 --new。 / {folder} holds a site already: leave --new out, or set "
            "SHUPING_DATA to another folder."
        )
    if datafolder.used(folder):
        raise NoSite(
            f"{folder} 中有站点的密钥或文件，但没有其数据库。请放回数据库，或从备份恢复。 / {folder} has keys or "
            "files of a site whose database is gone. Put it back, or restore a backup into another folder."
        )
    _made(folder)
    datafolder.settle(folder)


def _made(folder: Path) -> None:
    try:
        datafolder.make(folder)
    except OSError as error:
        raise NotOurs(
            f"无法建立数据目录 {folder}（{error.strerror}）。请将 SHUPING_DATA 设为可写的目录。 / The data folder "
            f"{folder} cannot be made ({error.strerror}). Set SHUPING_DATA to a folder that you may write to."
        ) from error


def _ensure_site(folder: Path) -> None:
    if datafolder.holds_site(folder):
        return
    unset_zh, unset = (
        ("", "") if os.environ.get("SHUPING_DATA") else ("（SHUPING_DATA 未设置）", " (SHUPING_DATA is not set)")
    )
    raise NoSite(
        f"{folder} 中没有站点{unset_zh}。请将 SHUPING_DATA 设为数据目录；首次使用请加 --new。 / There is no site in "
        f"{folder}{unset}. Set SHUPING_DATA to the data folder; `shuping serve --new` makes a new site."
    )


def _ensure_ours(folder: Path) -> None:
    """Refuse a folder that this user may not write to, and one of somebody else to root, who would leave files there
    that its owner could not use.
    """
    _ensure_readable(folder, os.R_OK | os.W_OK | os.X_OK)
    if os.geteuid() == 0 and folder.exists() and folder.stat().st_uid != 0:
        name = datafolder.owner(folder)
        raise NotOurs(
            f"{folder} 属于 {name}，不应由 root 写入。请执行 sudo -u {name} … / {folder} belongs to {name}, and "
            f"root would leave files there that {name} cannot use. Give the command as that user: sudo -u {name} …"
        )


def _ensure_readable(folder: Path, how: int) -> None:
    try:
        there, fits = folder.exists(), folder.is_dir()
    except OSError:
        there, fits = True, True
    if there and not fits:
        raise NotOurs(
            f"{folder} 不是目录。请将 SHUPING_DATA 设为一个目录。 / {folder} is not a folder. Set SHUPING_DATA to one."
        )
    if there and not os.access(folder, how):
        raise NotOurs(
            f"当前用户无权使用 {folder}。请以其所有者身份执行，或更改 SHUPING_DATA。 / This user may not use "
            f"{folder}. Give the command as the user to whom it belongs, or set SHUPING_DATA to another folder."
        )
