"""The site's own settings on a fresh data folder, with a quick password hasher."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from shuping.core import datafolder

_folder = tempfile.mkdtemp(prefix="shuping-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["SHUPING_DATA"] = _folder
datafolder.settle(Path(_folder))
os.environ.setdefault("SHUPING_LANGUAGE", "en")

from shuping.settings import *  # noqa: E402, F403 - the folder has to be there first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
