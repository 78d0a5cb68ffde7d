"""A workspace as one file, and back: on the same machine, or on a new one.

made = backup(desk, Path("monday.evenly"), now=now)          # while the daemon runs
restored = restore(Path("monday.evenly"), folder, environment=os.environ, now=now)

The file is a ZIP archive: every desktop opens it, it holds neither links nor devices, and its list of contents can be judged before
anything is unpacked. The store is in it as a SQLite store of the version it had, from whatever database it came.
"""

from evenly.keeping.backing_up import Backup, backup
from evenly.keeping.manifest import KeepingRefused, Manifest
from evenly.keeping.restoring import Restored, restore

__all__ = ["Backup", "KeepingRefused", "Manifest", "Restored", "backup", "restore"]
