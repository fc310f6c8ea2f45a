"""Background work: tasks that the worker process runs, by django-tasks on the same database."""

from functools import partial
from typing import Any

from django.db import transaction
from django_tasks import task

__all__ = ["enqueue_after_commit", "task"]


def enqueue_after_commit(work: Any, *arguments: Any) -> None:
    """Hand work to the worker once the caller's transaction is durable, and not at all when it is rolled back."""
    transaction.on_commit(partial(work.enqueue, *arguments))
