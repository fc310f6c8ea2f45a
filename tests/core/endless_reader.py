"""A reader that never comes to an end."""

from shuping.core import packages


def read(_body: bytes) -> None:
    while True:
        pass


if __name__ == "__main__":
    packages.answer(read, otherwise="not_docx")
