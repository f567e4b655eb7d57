"""Processes put their machine code into the cache one after the other.

Owns the lock and what happens where there is none. Must not know any kernel.

Numba's index of an entry is read, grown and written back by each process for itself, and the next free file name is
taken from it. Two that compile other kinds of numbers at once would forget one of them, or write both into one file,
and the machine code of one kind would later be called with numbers of the other.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from numba.core.caching import IndexDataCacheFile

log = logging.getLogger("playground")
LOCK = "saving.lock"
PATIENCE = 30.0
"""Seconds to wait for others, of whom each takes a small part of one; who is not let in keeps nothing."""


class OneAtATime(IndexDataCacheFile):  # type: ignore[misc]
    """Numba's file of one entry, grown by one process at a time."""

    def save(self, key: Any, data: Any) -> None:
        """Keep the machine code for a kind of numbers, unless another process has just done so.

        A folder that takes no lock or no file keeps nothing: the code is here, and the next process compiles it again.
        """
        from filelock import FileLock, Timeout  # only who has compiled needs it

        try:
            with FileLock(Path(self._cache_path) / LOCK, timeout=PATIENCE):
                if not self._has(key):
                    super().save(key, data)
        except (OSError, NotImplementedError, Timeout) as problem:
            log.info("compiled code is used, but not kept: %s", problem)

    def _has(self, key: Any) -> bool:
        """Whether the code is there; overwritten, it would not be what a seal knows."""
        name = self._load_index().get(key)
        return name is not None and os.path.exists(self._data_path(name))


def one_at_a_time(kept: Any) -> None:
    """From now on the entry with this cache is saved under the lock; one that is not cached is left as it is."""
    file = getattr(kept, "_cache_file", None)
    if isinstance(file, IndexDataCacheFile):
        kept._cache_file = OneAtATime(file._cache_path, kept._impl.filename_base, file._source_stamp)
