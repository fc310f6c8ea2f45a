"""The people, the words and the reports of an invented province."""
