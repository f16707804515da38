#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a .fmp12 or .fp7 file against every rule that is known about the format.

A second opinion for the tests: it shares nothing with the writer in src/fmsim or any reader, needs
nothing but Python, and holds little in memory, so that files of several GB can be checked.

Usage: check_file.py FILE [--expected JSON] [--truth JSONL] [--summary] [--allow-unclean]

  --expected JSON   a manifest of sample files; what it says about FILE must be found
  --truth JSONL     what `fmsim file --truth` wrote about FILE must be found
  --summary         print what was found, as JSON
  --allow-unclean   a file that was not closed cleanly is only told, not refused

Exit: 0 the file is sound and as expected, 1 it is not, 2 usage.
"""
import argparse
import hashlib
import json
import mmap
import os
import struct
import sys

SECTOR = 4096
HEAD = struct.Struct(">IIIHHI")
FREE = 0xFFFF
START, END = "start", "end"


class Unsound(Exception):
    pass


def demand(truth, *words):
    if not truth:
        raise Unsound(" ".join(str(word) for word in words))


# ---------------------------------------------------------------- sectors and the tree

class File:
    def __init__(self, path, allow_unclean):
        size = os.path.getsize(path)
        demand(size % SECTOR == 0 and size >= 3 * SECTOR, "length", size)
        self.handle = open(path, "rb")
        self.data = mmap.mmap(self.handle.fileno(), 0, access=mmap.ACCESS_READ)
        self.count = size // SECTOR
        self.check_header(allow_unclean)

    def check_header(self, allow_unclean):
        head = self.data[:SECTOR]
        demand(head[:15] == bytes.fromhex("0001000000020001000500020002c0"), "first bytes")
        demand(head[15:20] == b"HBAM7", "magic")
        demand(head[20:24] == b"\x00\x00\x10\x00", "sector size")
        kind = head[520:522]
        demand(kind in (b"\x00\x1e", b"\x00\x1d"), "type", kind.hex())
        self.fp7 = kind == b"\x00\x1d"
        demand(head[525:538] == (b"HBAM2101OCT99" if self.fp7 else b"HBAM2125JAN11"), "type text")
        self.version = head[542:542 + head[541]].decode()
        demand(self.version == ("Pro 7.0" if self.fp7 else "Pro 12.0"), "version", self.version)
        mark = head[2048]
        demand(mark in (0, 0xA1 if self.fp7 else 0xAC), "clean mark", mark)
        self.clean = mark != 0
        demand(self.clean or allow_unclean, "not closed cleanly")
        self.counter = struct.unpack(">I", head[2054:2058])[0]

    def head(self, sector):
        demand(1 <= sector < self.count, "sector", sector)
        return HEAD.unpack_from(self.data, sector * SECTOR)

    def payload(self, sector):
        unused = self.head(sector)[4]
        demand(unused <= SECTOR - 20, "unused of sector", sector)
        return self.data[sector * SECTOR + 20:(sector + 1) * SECTOR - unused]


def operations(payload, sector, inner):
    """Yields (what, tail, key, value); what is entry, push, begin, end, or start/end for an
    inner node's keyless entries."""
    at, size = 0, len(payload)
    lengths = (0, 1, 2, 4, 6, 8)
    while at < size:
        code = payload[at]
        at += 1
        if not inner and code in (0x80, 0x40):
            yield ("begin" if code == 0x80 else "end"), False, None, None
            continue
        flags = code >> 6
        demand(flags in ((0, 3) if inner else (0,)), "flags of", hex(code), "in sector", sector)
        key_form = (code >> 3) & 3
        what = None
        if key_form == 3:
            demand(at < size, "key overruns sector", sector)
            length = payload[at]
            at += 1
            if length == 0:
                demand(inner and code & 0x27 == 3, "empty key in sector", sector)
                demand(at < size and payload[at] in (1, 0xFF), "empty key in sector", sector)
                what = START if payload[at] == 1 else END
                at += 1
        else:
            length = key_form + 1
        demand(size - at >= length, "key overruns sector", sector)
        key = payload[at:at + length]
        at += length
        form = code & 7
        if code & 0x20:
            demand(form == 0, "push with a value in sector", sector)
            yield "push", flags == 3, key, None
            continue
        if form < 6:
            length = lengths[form]
        else:
            wide = form - 5
            demand(size - at >= wide, "length overruns sector", sector)
            length = int.from_bytes(payload[at:at + wide], "big")
            at += wide
        demand(size - at >= length, "value overruns sector", sector)
        value = payload[at:at + length]
        at += length
        demand(not inner or len(value) == 4, "child of inner node", sector)
        yield what or "entry", flags == 3, key, value


def rank(path, key):
    """Sorts places: the start of a directory before, its end after all that is in it."""
    steps = tuple((1, part) for part in path)
    if key == START:
        return steps + ((0, b""),)
    if key == END:
        return steps + ((2, b""),)
    return steps + ((1, key),)


class Tree:
    """The inner nodes: which leaves there are in which order, and from where each one goes."""

    def __init__(self, file):
        self.file = file
        self.level = file.head(1)[3]
        demand(1 <= self.level <= 16, "level of the root", self.level)
        demand(file.head(1)[1] == 0 and file.head(1)[2] == file.count - 1, "links of the root")
        self.seen = bytearray(file.count)
        self.inner = 0
        self.last_on_level = {}
        self.order = []

    def walk(self, sector, level, from_place):
        zero, previous, following, own_level, _, stamp = self.file.head(sector)
        demand(zero == 0, "first bytes of sector", sector)
        demand(own_level == level, "level of sector", sector)
        demand(not self.seen[sector], "sector", sector, "is there twice")
        self.seen[sector] = 1
        self.inner += 1
        if sector != 1:
            demand(previous == self.last_on_level.get(level, (0, sector))[0], "previous of", sector)
            demand(self.last_on_level.get(level, (0, sector))[1] == sector, "next before", sector)
            self.last_on_level[level] = (sector, following)
        stack, last, first = [], None, True
        for what, tail, key, value in operations(self.file.payload(sector), sector, True):
            if what == "push":
                demand(len(stack) < 64, "depth of sector", sector)
                stack.append((key, tail))
                continue
            path = [part for part, _ in stack]
            place = rank(path, key if what == "entry" else what)
            demand(last is None or last < place, "order in inner node", sector)
            if first and from_place is not None:
                demand(from_place <= place, "first place of inner node", sector)
            first, last = False, place
            child = int.from_bytes(value, "big")
            demand(2 <= child < self.file.count, "child of", sector)
            if level == 1:
                demand(not self.seen[child], "leaf", child, "is there twice")
                self.seen[child] = 1
                self.order.append((child, place))
            else:
                yield from self.walk(child, level - 1, place)
            if level == 1 and len(self.order) >= 512:
                yield from self.order
                self.order = []
            if tail:
                while stack:
                    if not stack.pop()[1]:
                        break
        demand(not stack, "open directories at the end of inner node", sector)
        demand(last is not None, "empty inner node", sector)
        yield from self.order
        self.order = []

    def leaves(self):
        yield from self.walk(1, self.level, None)
        for level, (sector, following) in self.last_on_level.items():
            demand(following == 0, "next of the last node of level", level)


# ---------------------------------------------------------------- keys, numbers, text

def number_at(raw, at):
    first = raw[at]
    if first < 0x80:
        return first, at + 1
    if first < 0xC0:
        demand(at + 2 <= len(raw), "number", raw.hex())
        return (int.from_bytes(raw[at:at + 2], "big") & 0x3FFF) + 0x80, at + 2
    demand(at + 3 <= len(raw), "number", raw.hex())
    return (int.from_bytes(raw[at:at + 3], "big") & 0x3FFFFF) + 0x4080, at + 3


def numbers(raw):
    at, found = 0, []
    while at < len(raw):
        value, at = number_at(raw, at)
        found.append(value)
    return found


def number(raw):
    found = numbers(raw)
    demand(len(found) == 1, "one number wanted:", raw.hex())
    return found[0]


def counted(raw):
    demand(raw and raw[0] == len(raw) - 1, "counted integer", raw.hex())
    return number(raw[1:])


STATIC = (0x0000, 0x0080, 0x0100, 0x0300, 0x2000, 0x2080, 0x2100, 0x3000)
DYNAMIC = (0x0080, 0x00C0, 0x0400, 0x0600, 0x0900, 0x3040, 0x30A0, 0xFF00)
SPECIAL = {0xF9: 0x00C0, 0xFA: 0x0250, 0xFB: 0x0370, 0xFC: 0x0530, 0xFD: 0x3040, 0xFE: 0x30A0, 0xFF: 0xFF60}


def window_of(byte):
    if 0x01 <= byte <= 0x67:
        return byte * 0x80
    if 0x68 <= byte <= 0xA7:
        return byte * 0x80 + 0xAC00
    demand(byte in SPECIAL, "window", byte)
    return SPECIAL[byte]


def scsu(raw, limit=None):
    """UTF-16 units of SCSU; with `limit` the units and where they ended."""
    windows, active, unicode_mode, at, units = list(DYNAMIC), 0, False, 0, []

    def put(code):
        if code >= 0x10000:
            units.extend((0xD800 + ((code - 0x10000) >> 10), 0xDC00 + (code & 0x3FF)))
        else:
            units.append(code)

    def take(count):
        nonlocal at
        demand(at + count <= len(raw), "SCSU is cut off")
        at += count
        return raw[at - count:at]

    def extended():
        nonlocal active
        word = int.from_bytes(take(2), "big")
        active = word >> 13
        windows[active] = 0x10000 + ((word & 0x1FFF) << 7)

    while at < len(raw) and (limit is None or len(units) < limit):
        byte = take(1)[0]
        if unicode_mode:
            if 0xE0 <= byte <= 0xE7:
                active, unicode_mode = byte - 0xE0, False
            elif 0xE8 <= byte <= 0xEF:
                active, unicode_mode = byte - 0xE8, False
                windows[active] = window_of(take(1)[0])
            elif byte == 0xF0:
                units.append(int.from_bytes(take(2), "big"))
            elif byte == 0xF1:
                extended()
                unicode_mode = False
            else:
                demand(byte != 0xF2, "SCSU F2")
                units.append(byte << 8 | take(1)[0])
        elif byte >= 0x80:
            put(windows[active] + byte - 0x80)
        elif byte >= 0x20 or byte in (0, 9, 10, 13):
            units.append(byte)
        elif byte <= 8:
            quoted = take(1)[0]
            put(windows[byte - 1] + quoted - 0x80 if quoted >= 0x80 else STATIC[byte - 1] + quoted)
        elif byte == 0x0B:
            extended()
        elif byte == 0x0E:
            units.append(int.from_bytes(take(2), "big"))
        elif byte == 0x0F:
            unicode_mode = True
        elif 0x10 <= byte <= 0x17:
            active = byte - 0x10
        elif 0x18 <= byte <= 0x1F:
            active = byte - 0x18
            windows[active] = window_of(take(1)[0])
        else:
            raise Unsound("SCSU %02x" % byte)
    return units, at


def hidden(raw):
    return bytes(byte ^ 0x5A for byte in raw)


def to_text(units):
    return b"".join(struct.pack(">H", unit) for unit in units).decode("utf-16-be", "replace")


def text_of(raw):
    units, _ = scsu(hidden(raw))
    return to_text(units)


# ---------------------------------------------------------------- what the entries mean

TYPES = {1: "text", 2: "number", 3: "date", 4: "time", 5: "timestamp", 6: "container"}
KINDS = {1: "normal", 2: "calculation", 3: "summary"}
AUXILIARY = {"FNAM", "SIZE", "DPI_", "FRM#", "MAIN", "GLPH", "FORK"}
BY_EXTENSION = {"png": "PNGf", "jpg": "JPEG", "jpeg": "JPEG", "heic": "JPEG", "heif": "JPEG", "gif": "GIFf",
                "bmp": "BMPf", "svg": "SVG ", "pdf": "PDF ", "pct": "PICT", "pict": "PICT"}
BY_RANK = ("PDF ", "SVG ", "PNGf", "GIFf", "TIFF", "BMPf", "JPEG", "PICT")
REFERENCES = ("file", "image", "movie")


class Field:
    def __init__(self, ident):
        self.id, self.name, self.options = ident, None, None

    def described(self):
        options = self.options
        kind = KINDS[options[0]]
        out = {"id": self.id, "name": self.name, "kind": kind,
               "type": "summary" if kind == "summary" else TYPES[options[1]],
               "repetitions": int.from_bytes(options[24:26], "big")}
        if options[10] & 0x20:
            out["external"] = "open" if options[10] & 0x10 else "secure"
        if options[9] & 1:
            out["global"] = True
        return out


class Table:
    def __init__(self, ident, name):
        self.id, self.name = ident, name
        self.fields = {}
        self.last_id = 0
        self.records = 0
        self.first = self.highest = None
        self.id_hash_records, self.id_hash_set = hashlib.sha256(), hashlib.sha256()
        self.in_set = 0
        self.cells = 0
        self.cells_hash = hashlib.sha256()
        self.pending = []
        self.pending_record = None
        self.containers = []
        self.mods = {}
        self.object_count = None
        self.object_set = set()
        self.object_md5 = {}
        self.objects = {}

    def flush(self):
        for key in sorted(self.pending):
            field, repetition, text = key
            self.cells += 1
            self.cells_hash.update(b"%d\x1f%d\x1f%d\x1f" % (self.pending_record, field, repetition))
            self.cells_hash.update(text.encode("utf-8", "surrogatepass") + b"\x1e")
        self.pending = []


class Object:
    def __init__(self, ident):
        self.id = ident
        self.listed = self.md5 = self.uses = None
        self.digest = hashlib.md5()
        self.streams = {}
        self.name = None


class Stream:
    def __init__(self, kind):
        self.kind, self.length = kind, 0
        self.total = None
        self.next_piece = 1
        self.sha256 = hashlib.sha256()
        self.kept = b""


class Meaning:
    """Takes the entries in order and keeps what the checks need."""

    def __init__(self):
        self.tables = {}
        self.names = {}
        self.version = None
        self.value_path = None
        self.value = None
        self.object = None
        self.stream = None
        self.decimals = {}

    def number(self, raw):
        found = self.decimals.get(raw)
        if found is None:
            found = number(raw)
            if len(self.decimals) < 100000:
                self.decimals[raw] = found
        return found

    # Text in the shape of a directory: head, pieces.
    def open_value(self, path):
        self.value_path = list(path)
        self.value = {"head": None, "pieces": [], "sizes": []}

    def value_entry(self, key, value):
        if key == b"\x00":
            self.value["head"] = value
        elif key != b"\xff":
            demand(number(key) == len(self.value["pieces"]) + 1, "piece", key.hex(), "of a text")
            self.value["pieces"].append(value)

    def close_value(self):
        value, self.value = self.value, None
        path, self.value_path = self.value_path, None
        pieces, head = value["pieces"], value["head"]
        demand(head is not None and len(head) in (4, 8, 12), "head of a text", path)
        demand(all(len(piece) == 1000 for piece in pieces[:-1]), "pieces of a text", path)
        joined = b"".join(pieces)
        demand(int.from_bytes(head[:4], "big") == len(joined), "byte count of a text", path)
        units, _ = scsu(hidden(joined))
        if len(head) >= 8:
            demand(int.from_bytes(head[4:8], "big") == len(units), "unit count of a text", path)
        self.text(path[:-1], path[-1], to_text(units))

    def text(self, path, key, text):
        if path[:3] == [b"\x03", b"\x10", b"\x05"] and key == b"\x10":
            ident = number(path[3])
            self.names[ident] = text
            self.tables[ident] = Table(ident, text)
            return
        table = self.tables[number(path[0])]
        if path[1] == b"\x03":
            table.fields.setdefault(number(path[3]), Field(number(path[3]))).name = text
        elif path[1] == b"\x05":
            self.cell(table, self.number(path[2]), key, text)
        elif path[1] == b"\x08":
            self.cell(table, None, key, text)

    def cell(self, table, record, key, text):
        parts = numbers(key)
        demand(len(parts) in (1, 2), "cell key", key.hex())
        field = table.fields.get(parts[0])
        repetition = parts[1] if len(parts) == 2 else 1
        demand(len(parts) == 1 or repetition >= 2, "repetition", key.hex())
        if field is None:
            return
        described = field.described()
        if described["type"] == "container":
            table.containers.append((record, field.id, repetition, text))
        elif record is not None:
            table.pending.append((field.id, repetition, text))

    def table_of(self, path):
        if not path or path[0][0] < 0x80 or path[0][0] >= 0xD0:
            return None
        return self.tables.get(number(path[0]))

    def is_text_place(self, path, key):
        """Whether `key` in `path` holds text, whatever its shape."""
        if path[:3] == [b"\x03", b"\x10", b"\x05"]:
            return len(path) == 4 and key == b"\x10"
        if self.table_of(path) is None or len(path) < 2:
            return False
        if path[1] == b"\x03":
            return len(path) == 4 and path[2] == b"\x05" and key == b"\x10"
        system = key[0] >= 0xD0
        if path[1] == b"\x05":
            return len(path) == 3 and not system
        return path[1] == b"\x08" and len(path) == 2 and not system

    def directory(self, path):
        if self.value is None and self.is_text_place(path[:-1], path[-1]):
            self.open_value(path)
            return
        table = self.table_of(path)
        if table is None or len(path) < 3:
            return
        if path[1] == b"\x05" and len(path) == 3:
            table.flush()
            record = self.number(path[2])
            table.pending_record = record
            table.records += 1
            table.first = record if table.first is None else table.first
            demand(table.highest is None or record > table.highest, "record", record)
            table.highest = record
            table.id_hash_records.update(b"%d " % record)
        elif path[1] == b"\x1f" and path[2] == b"\x05":
            if len(path) == 4:
                self.object = Object(number(path[3]))
                table.objects[self.object.id] = self.object
            elif len(path) == 5 and len(path[4]) == 4:
                self.open_stream(path[4])

    def open_stream(self, kind):
        name = kind.decode("latin-1")
        demand(name not in self.object.streams, "stream", name, "twice")
        self.stream = self.object.streams[name] = Stream(name)

    def stream_bytes(self, value):
        stream = self.stream
        stream.length += len(value)
        stream.sha256.update(value)
        if stream.kind in AUXILIARY and stream.length < 70000:
            stream.kept += value
        if stream.kind != "GLPH":
            self.object.digest.update(value)

    def left(self, path):
        """The directory `path` ends."""
        if self.value is not None and path == self.value_path:
            self.close_value()
            return
        table = self.table_of(path)
        if table is None:
            return
        if len(path) == 2 and path[1] == b"\x05":
            table.flush()
        elif len(path) == 5 and path[1] == b"\x1f" and self.stream is not None:
            demand(self.stream.total == self.stream.length, "length of stream", path)
            self.stream = None
        elif len(path) == 4 and path[1] == b"\x1f" and path[2] == b"\x05":
            self.close_object(path)

    def close_object(self, path):
        done, self.object = self.object, None
        demand(done.listed is not None, "object without its list of streams", path)
        demand([k for k, _ in done.listed] == sorted(k for k, _ in done.listed), "order of streams", path)
        for kind, length in done.listed:
            demand(kind in done.streams, "stream", kind, "is missing", path)
            demand(done.streams[kind].length == length, "listed length of", kind, path)
        demand(set(done.streams) == {kind for kind, _ in done.listed}, "unlisted stream", path)
        if len({kind for kind, _ in done.listed}) == len(done.listed):
            demand(done.digest.digest() == done.md5, "MD5 of object", path)
        done.digest = None
        if "FNAM" in done.streams:
            done.name = file_name(done.streams["FNAM"].kept)

    def entry(self, path, key, value):
        if self.value is not None and path == self.value_path:
            self.value_entry(key, value)
        elif self.is_text_place(path, key):
            self.text(path, key, text_of(value))
        elif path == [b"\x02"] and key == b"\x03":
            self.version = text_of(value)
        else:
            table = self.table_of(path)
            if table is not None:
                self.table_entry(table, path, key, value)

    def table_entry(self, table, path, key, value):
        if len(path) == 1:
            if key == b"\x00":
                table.last_id = counted(value)
            return
        place = path[1]
        if place == b"\x03" and len(path) == 4 and path[2] == b"\x05" and key == b"\x02":
            demand(len(value) == 26, "options of field", path)
            table.fields.setdefault(number(path[3]), Field(number(path[3]))).options = value
        elif place == b"\x05" and len(path) == 3 and key == b"\xfc":
            table.mods[self.number(path[2])] = counted(value)
        elif place == b"\x0d" and len(path) == 2:
            self.id_set(table, key, value)
        elif place == b"\x1f" and len(path) >= 3:
            self.store_entry(table, path, key, value)

    def id_set(self, table, key, value):
        first = number(key)
        if not value:
            table.id_hash_set.update(b"%d " % first)
            table.in_set += 1
            return
        demand(len(value) % 4 == 0 and len(value) <= 496, "page of record ids", first)
        for word in range(len(value) // 4):
            bits = int.from_bytes(value[4 * word:4 * word + 4], "big")
            base = first + 32 * word
            while bits:
                low = bits & -bits
                table.id_hash_set.update(b"%d " % (base + low.bit_length() - 1))
                table.in_set += 1
                bits ^= low

    def store_entry(self, table, path, key, value):
        if path[2] == b"\x01":
            if len(path) == 3 and key == b"\x04":
                table.object_count = int.from_bytes(value, "big")
            elif len(path) == 4 and path[3] == b"\x07":
                table.object_set.add(number(key))
            elif len(path) == 5 and path[3] == b"\x08":
                table.object_md5[number(key)] = path[4]
        elif path[2] == b"\x05" and len(path) == 5:
            if key == b"\x00":
                self.stream.total = int.from_bytes(value, "big")
                if self.stream.kind != "GLPH":
                    self.object.digest.update(path[4])
                return
            demand(self.number(key) == self.stream.next_piece, "piece of stream", path)
            demand(self.stream.length % 1000 == 0, "short piece inside stream", path)
            self.stream.next_piece += 1
            self.stream_bytes(value)
        elif path[2] == b"\x05" and len(path) == 4:
            done = self.object
            if key == b"\x02":
                count = int.from_bytes(value[:2], "big")
                demand(len(value) == 2 + 8 * count, "list of streams", path)
                done.listed = [(value[2 + 8 * i:6 + 8 * i].decode("latin-1"),
                                int.from_bytes(value[6 + 8 * i:10 + 8 * i], "big")) for i in range(count)]
            elif key == b"\x04":
                done.md5 = value
            elif key == b"\x12":
                done.uses = int.from_bytes(value, "big")
            elif len(key) == 4:
                demand(len(value) <= 1000, "plain stream", path)
                self.open_stream(key)
                if self.stream.kind != "GLPH":
                    done.digest.update(key)
                self.stream_bytes(value)
                self.stream = None


def file_name(raw):
    demand(raw[:4] == b"\x00\x00\x00\x01", "FNAM")
    at, found = 4, []
    for _ in range(3):
        demand(at < len(raw), "FNAM is cut off")
        count = raw[at]
        demand(count < 0x80, "FNAM count", count)
        units, used = scsu(hidden(raw[at + 1:]), count)
        demand(len(units) == count, "FNAM units")
        at += 1 + used
        found.append(to_text(units))
    demand(at == len(raw), "FNAM has something after it")
    return found[2]


def chosen_stream(item):
    types = [kind for kind, _ in item.listed]
    if "FILE" in types:
        return "FILE"
    if "MAIN" in types:
        main = item.streams["MAIN"].kept.decode("latin-1")
        if main in types:
            return main
    if item.name and "." in item.name:
        by_name = BY_EXTENSION.get(item.name.rsplit(".", 1)[1].lower())
        if by_name in types:
            return by_name
    for kind in BY_RANK:
        if kind in types:
            return kind
    rest = [kind for kind in types if kind not in AUXILIARY]
    return rest[0] if rest else None


# ---------------------------------------------------------------- the walk over the leaves

class Checker:
    def __init__(self, path, allow_unclean):
        self.file = File(path, allow_unclean)
        self.meaning = Meaning()
        self.leaves = 0
        self.free = 0
        self.first_leaf = None
        self.first_key = True

    def run(self):
        tree = Tree(self.file)
        path, last_keys = [], [None]
        previous, following = 0, None
        opened = closed = 0
        last_place = None
        for sector, place in tree.leaves():
            head = self.file.head(sector)
            demand(head[0] == 0, "first bytes of sector", sector)
            demand(head[3] == 0, "level of leaf", sector)
            demand(head[1] == previous, "previous of leaf", sector)
            demand(following is None or following == sector, "next of leaf", previous)
            previous, following = sector, head[2]
            if self.first_leaf is None:
                self.first_leaf = sector
            self.leaves += 1
            begun, ended, path, last_keys, own_place, last_place = self.leaf(
                sector, path, last_keys, place, last_place)
            opened += begun
            closed += ended
        demand(following == 0, "next of the last leaf")
        demand(opened == closed, "begins and ends:", opened, closed)
        demand(not path and last_keys == [], "the end of the root directory")
        self.tree = tree
        self.check_other_sectors(tree)
        self.check_tables()

    def leaf(self, sector, path, last_keys, separator, last_place):
        """One leaf; `path` is what was open before it, `last_keys` the last key in each open one."""
        begun = ended = 0
        resumed = []         # pushes that re-enter
        fresh = False        # past the re-entry
        pushed = False
        own_place = None
        meaning = self.meaning
        ops = list(operations(self.file.payload(sector), sector, False))
        demand(ops, "empty leaf", sector)
        for index, (what, _, key, value) in enumerate(ops):
            if what == "push":
                creates = index + 1 < len(ops) and ops[index + 1][0] == "begin"
                if not creates:
                    demand(not fresh, "a push without its begin in sector", sector)
                    resumed.append(key)
                    continue
            if not fresh:
                fresh = True
                demand(resumed == path, "sector", sector, "resumes", [k.hex() for k in resumed],
                       "and not", [k.hex() for k in path])
                if what == "push":
                    own_place = rank(path + [key], START)
                elif what == "begin":
                    own_place = rank([], START)
                elif what == "end":
                    own_place = rank(path, END)
                else:
                    own_place = rank(path, key)
                demand(separator <= own_place, "inner entry of leaf", sector, "is too big")
                demand(last_place is None or last_place < separator, "inner entry of leaf", sector, "is too small")
            if what == "push":
                demand(last_keys[-1] is None or last_keys[-1] < key, "order of", key.hex(), "in sector", sector)
                last_keys[-1] = key
                path = path + [key]
                demand(len(path) <= 64, "depth of sector", sector)
                last_keys.append(None)
                pushed = True
            elif what == "begin":
                begun += 1
                if not pushed:
                    demand(self.first_key and index == 0, "begin without a push in sector", sector)
                self.first_key = False
                if pushed:
                    meaning.directory(path)
                pushed = False
            elif what == "end":
                ended += 1
                demand(last_keys, "end without a begin in sector", sector)
                meaning.left(path)
                last_keys.pop()
                if path:
                    last_place = rank(path, END)
                    path = path[:-1]
                else:
                    demand(index == len(ops) - 1, "the root ends inside sector", sector)
                    last_place = rank([], END)
            else:
                demand(last_keys, "entry outside of all in sector", sector)
                demand(last_keys[-1] is None or last_keys[-1] < key, "order of", key.hex(), "in sector", sector)
                last_keys[-1] = key
                meaning.entry(path, key, value)
        if what == "entry":
            last_place = rank(path, key)
        elif what == "begin":
            last_place = rank(path, START)
        return begun, ended, path, last_keys, own_place, last_place

    def check_other_sectors(self, tree):
        largest = 0
        for sector in range(1, self.file.count):
            head = self.file.head(sector)
            if not tree.seen[sector]:
                demand(head[3] == FREE, "sector", sector, "is in no list")
                self.free += 1
            else:
                largest = max(largest, head[5])
        if not self.file.fp7:
            if self.file.clean:
                demand(largest == self.file.counter, "stamps up to", largest, "counter", self.file.counter)
            else:
                demand(largest > self.file.counter, "nothing is newer than the counter")

    def check_tables(self):
        for table in self.meaning.tables.values():
            where = "table " + table.name
            demand(table.records == table.in_set, where, "records", table.records, "in the set", table.in_set)
            demand(table.id_hash_records.digest() == table.id_hash_set.digest(), where, "the id sets differ")
            demand(table.highest is None or table.last_id >= table.highest, where, "last id")
            for field in table.fields.values():
                demand(field.name is not None and field.options is not None, where, "field", field.id)
            if table.objects or table.object_count is not None:
                demand(table.object_count == len(table.objects), where, "object count")
                demand(table.object_set == set(table.objects), where, "object set")
                demand(table.object_md5 == {o.id: o.md5 for o in table.objects.values()}, where, "MD5 index")
            uses = {}
            for _, _, _, text in table.containers:
                ident = reference(text)
                if ident is not None:
                    demand(ident in table.objects, where, "reference to object", ident)
                    uses[ident] = uses.get(ident, 0) + 1
            for ident, count in uses.items():
                demand(table.objects[ident].uses >= count, where, "uses of object", ident)


def reference(text):
    if not text.endswith("\ue000"):
        return None
    digits = text[:-1]
    if not digits or len(digits) % 2 or any(c not in "0123456789ABCDEFabcdef" for c in digits):
        return None
    return number(bytes.fromhex(digits))


def container_state(text):
    if reference(text) is not None:
        return "embedded"
    if any(text.startswith(kind) and ":" in text[:12] for kind in REFERENCES):
        return "reference"
    return "unknown"


# ---------------------------------------------------------------- reports and comparisons

def containers_of(table):
    out, used = [], set()
    for record, field, repetition, text in table.containers:
        item = {"table": table.name, "field": table.fields[field].name, "repetition": repetition,
                "record_id": record, "kind": container_state(text)}
        if record is None:
            item["global"] = True
        ident = reference(text)
        if ident is None:
            item["text"] = text
        else:
            used.add(ident)
            item.update(described_object(table.objects[ident]))
            item["value_text"] = text.replace("\ue000", "<U+E000>")
        out.append(item)
    return out, [o for o in table.objects.values() if o.id not in used]


def described_object(found):
    chosen = chosen_stream(found)
    stream = found.streams.get(chosen)
    return {"object_id": found.id, "object_md5": found.md5.hex(), "streams": [k for k, _ in found.listed],
            "chosen": chosen, "filename": found.name, "bytes": stream.length if stream else None,
            "sha256": stream.sha256.hexdigest() if stream else None}


def summary(checker):
    file, meaning = checker.file, checker.meaning
    out = {"sectors": file.count, "root_level": checker.tree.level, "first_leaf": checker.first_leaf,
           "leaf_blocks": checker.leaves, "index_blocks": checker.tree.inner, "free_blocks": checker.free,
           "header_string": file.version, "closed_cleanly": file.clean, "commit_counter": file.counter,
           "path2_key3_text": meaning.version, "tables": [], "containers": [], "unreferenced_objects": []}
    for table in meaning.tables.values():
        item = {"id": table.id, "name": table.name, "records": table.records, "last_record_id": table.last_id,
                "fields": [f.described() for _, f in sorted(table.fields.items())],
                "non_container_cells": table.cells, "cells_sha256": table.cells_hash.hexdigest()}
        if table.records:
            item["first_record_id_present"] = table.first
            item["max_record_id_present"] = table.highest
        out["tables"].append(item)
        found, lost = containers_of(table)
        out["containers"] += found
        out["unreferenced_objects"] += [dict(described_object(o), table=table.name) for o in lost]
    return out


def differences(found, wanted, where=""):
    """Where `found` lacks what `wanted` has; members that only one of them knows are no difference."""
    if isinstance(wanted, dict):
        for name, value in wanted.items():
            if name in found:
                yield from differences(found[name], value, where + "/" + name)
    elif isinstance(wanted, list):
        if len(found) != len(wanted):
            yield "%s: %d instead of %d" % (where, len(found), len(wanted))
        for index, value in enumerate(wanted[:len(found)]):
            yield from differences(found[index], value, "%s[%d]" % (where, index))
    elif found != wanted:
        yield "%s: %r instead of %r" % (where, found, wanted)


def compare_expected(found, path, manifest):
    name = os.path.basename(path)
    with open(manifest, encoding="utf-8") as source:
        wanted = [item for item in json.load(source) if item["file"] == name]
    demand(len(wanted) == 1, name, "is not in the manifest")
    sort_key = lambda c: (c["table"], c["record_id"] or 0, c["field"], c["repetition"])
    mine = dict(found, containers=sorted(found["containers"], key=sort_key))
    theirs = dict(wanted[0], containers=sorted(wanted[0]["containers"], key=sort_key))
    lines = list(differences(mine, theirs))
    demand(not lines, "\n".join(lines[:20]))


def compare_truth(checker, found, truth_file):
    """Each line of the truth must be found, and nothing else may be there."""
    tables = {table["name"]: table for table in found["tables"]}
    values = {}
    for item in found["containers"]:
        values[item["table"], item["record_id"], item["field"], item["repetition"]] = item
    lost = {(item["table"], item["object_id"]): item for item in found["unreferenced_objects"]}
    with open(truth_file, encoding="utf-8") as source:
        for line in source:
            wanted = json.loads(line)
            state = wanted.get("state")
            if state is None:
                mine = tables[wanted["table"]]
                for name, there in (("records", "records"), ("last_record_id", "lastRecordId"), ("cells_sha256", "cellsSha256"),
                                    ("non_container_cells", "cells")):
                    demand(mine[name] == wanted[there], wanted["table"], name, mine[name], wanted[there])
                mods = sum(k * v for k, v in
                           next(t for t in checker.meaning.tables.values() if t.name == wanted["table"]).mods.items())
                demand(mods % 2**64 == int(wanted["modSum"]), wanted["table"], "modification counts")
                continue
            if state == "unreferenced":
                item = lost.pop((wanted["table"], wanted["object"]))
            else:
                record = wanted["recordId"]
                item = values.pop((wanted["table"], None if record is None else int(record), wanted["field"], wanted["repetition"]))
                demand(item["kind"] == state, line, item)
            if state in ("embedded", "unreferenced"):
                for mine, there in (("object_id", "object"), ("chosen", "stream"), ("bytes", "length"), ("sha256", "sha256"),
                                    ("filename", "name"), ("object_md5", "md5")):
                    demand(item[mine] == wanted[there], mine, item[mine], "wanted", wanted[there], "in", line)
            else:
                demand(item["text"] == wanted["text"], item["text"], line)
    demand(not values, len(values), "containers that the truth does not have:", list(values)[:3])
    demand(not lost, len(lost), "unreferenced objects that the truth does not have:", list(lost)[:3])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--expected")
    parser.add_argument("--truth")
    parser.add_argument("--summary", action="store_true")
    parser.add_argument("--allow-unclean", action="store_true")
    options = parser.parse_args()
    try:
        checker = Checker(options.file, options.allow_unclean)
        checker.run()
        found = summary(checker)
        if options.expected:
            compare_expected(found, options.file, options.expected)
        if options.truth:
            compare_truth(checker, found, options.truth)
        if options.summary:
            print(json.dumps(found, indent=1))
    except (Unsound, KeyError, IndexError, UnicodeDecodeError) as error:
        print("%s: %s: %s" % (options.file, type(error).__name__, error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
