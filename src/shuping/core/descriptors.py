"""How many descriptors (connections, files, pipes) this process may have open at once, and who gets which share."""

import resource
from pathlib import Path

MOST = 65_536
OWN = 64  # what the site itself needs when all its threads are at work: databases, files, pipes
LISTS = (Path("/proc/self/fd"), Path("/dev/fd"))


def raise_limit() -> None:
    """Take as many as the machine lets us have: what a terminal gives, often 1,024, is fewer than a hall's phones."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def limit() -> int:
    """How many there may be."""
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST if soft == resource.RLIM_INFINITY else soft


def crowded() -> int:
    """From so many on it is crowded: whoever has not said what they want makes room for others."""
    return limit() * 9 // 10


def in_use() -> int:
    """How many are open now; OWN where the system does not tell, and all of them when even the question fails."""
    try:
        return next((sum(1 for _ in folder.iterdir()) for folder in LISTS if folder.is_dir()), OWN)
    except OSError:
        return limit()


def for_streams() -> int:
    """So many connections may be live streams, which last for hours; the rest stays free for requests."""
    return max(0, limit() - OWN) * 7 // 10


def at_once() -> int:
    """So many connections may be accepted between two looks at how crowded it is: a fraction of the last tenth."""
    return max(4, limit() // 50)
