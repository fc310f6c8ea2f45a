"""The box: the tables of an open ballot, which stand by themselves. On SQLite they are a file of their own, so that no
timed row and nobody's long write is beside a ballot (docs/decisions/0007-the-box-stands-by-itself.md).

Nothing in here knows the site: the worker loads this and `ballotbox`, nothing else.
"""
