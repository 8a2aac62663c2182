"""A cache that a container can write, over the one in its image, which it can't.

What the image has (jars, Glue's packages, the JVM's class archive) is linked into a folder of the state
volume; what a run adds, such as the packages of Python shell jobs, is written beside the links and kept.
"""

from __future__ import annotations

from pathlib import Path

from emulator.localstack_mends.jsonata import make_link


def link_cache(image_cache: Path, cache: Path) -> None:
    """Links each `<kind>/<entry>` of the image's cache; removes links to what an older image had."""
    for link in [path for path in cache.glob("*/*") if path.is_symlink() and not path.exists()]:
        link.unlink()
    for entry in image_cache.glob("*/*"):
        link = cache / entry.relative_to(image_cache)
        if link.is_symlink() or not link.exists():
            make_link(link, entry)
