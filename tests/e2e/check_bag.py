#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is this folder a valid bag (RFC 8493)? Knows nothing of fmferry; the standard library is all it needs."""
import hashlib
import pathlib
import re
import sys


def lines_of(path):
    data = path.read_bytes()
    if data.startswith(b"\xef\xbb\xbf"):
        raise ValueError(f"{path.name} begins with a byte order mark")
    return data.decode("utf-8").splitlines()


def manifest(path):
    """Path -> digest; RFC 8493, 2.1.3: only LF, CR and the percent sign are encoded."""
    entries = {}
    for line in lines_of(path):
        found = re.fullmatch(r"([0-9a-fA-F]{64})[ \t]+(\S.*)", line)
        if not found:
            raise ValueError(f"{path.name}: not a line of a manifest: {line!r}")
        name = re.sub("%(0A|0D|25)", lambda m: chr(int(m[1], 16)), found[2], flags=re.I)
        if name.startswith(("/", "~")) or ".." in pathlib.PurePosixPath(name).parts or name in entries:
            raise ValueError(f"{path.name}: {name!r} is outside the bag, or there twice")
        entries[name] = found[1].lower()
    return entries


def check(bag):
    declaration = lines_of(bag / "bagit.txt")
    if declaration != ["BagIt-Version: 1.0", "Tag-File-Character-Encoding: UTF-8"]:
        raise ValueError(f"bagit.txt says {declaration}")
    if not (bag / "data").is_dir():
        raise ValueError("there is no data folder")
    payload, tags = manifest(bag / "manifest-sha256.txt"), manifest(bag / "tagmanifest-sha256.txt")
    there = {str(path.relative_to(bag)) for path in bag.rglob("*") if path.is_file()}
    in_data = {name for name in there if name.startswith("data/")}
    if set(payload) != in_data:
        raise ValueError(f"the manifest and data differ in {sorted(set(payload) ^ in_data)[:3]}")
    if not {"bagit.txt", "manifest-sha256.txt"} <= set(tags) <= there - in_data:
        raise ValueError(f"the tag manifest lists {sorted(tags)}")
    for name, digest in {**payload, **tags}.items():
        if hashlib.sha256((bag / name).read_bytes()).hexdigest() != digest:
            raise ValueError(f"{name} has another SHA-256")
    info = dict(line.split(": ", 1) for line in lines_of(bag / "bag-info.txt"))
    size = sum((bag / name).stat().st_size for name in in_data)
    if info["Payload-Oxum"] != f"{size}.{len(in_data)}":
        raise ValueError(f"Payload-Oxum is {info['Payload-Oxum']}, not {size}.{len(in_data)}")
    return len(in_data)


if __name__ == "__main__":
    try:
        print(f"valid: {check(pathlib.Path(sys.argv[1]))} files")
    except (ValueError, OSError, KeyError) as error:
        sys.exit(f"not valid: {error}")
