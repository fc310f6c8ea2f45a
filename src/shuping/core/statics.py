"""The files that pages need, as they are; nothing else of the folder is handed out."""

from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware

INSIDE = "/fonts/"  # what papers are set with: ten megabytes each, for which any stranger could keep a thread waiting


class Statics(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Whitenoise without the files that only the house itself reads."""

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        if INSIDE not in url:
            super().add_file_to_dictionary(url, path, stat_cache)
