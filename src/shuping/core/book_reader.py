"""Reads every sheet of an xlsx workbook from standard input: run as a child process, as `sheet_reader` is."""

from shuping.core import packages
from shuping.core.sheet_reader import read_all

if __name__ == "__main__":
    packages.answer(read_all, otherwise="not_xlsx")
