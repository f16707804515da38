#!/usr/bin/env python3
"""Reads the #include lines of src/ and says which of them cross a layer the wrong way.

Who may include whom is written in ARCHITECTURE.md; this is the same as a table.
"""
import pathlib
import re
import sys
import tempfile

INNER = ["foundation", "core", "ports"]
ADAPTERS = ["s3", "localfs", "media", "memory", "thumbnail", "nats"]
SEES = {
    "foundation": ["foundation"],
    "core": ["foundation", "core"],
    "ports": INNER,
    "engine": INNER + ["engine"],
    "net": ["foundation", "ports", "core", "net"],
    "sql": INNER + ["sql"],
    "sqlite": INNER + ["sql", "sqlite"],
    "postgres": INNER + ["sql", "postgres"],
    "filemaker/script": ["foundation", "core", "filemaker/script"],
}
# Headers that another program may include: what the two say to each other.
SHARED = {("thumbnailer", "fmferry/thumbnail/protocol.hpp")}
# Public headers of these must not pull in what costs seconds to compile.
LIGHT = ["foundation", "core", "ports", "engine"]
HEAVY = re.compile(r"^(boost|spdlog|fmt|CLI|toml\+\+|curl|openssl|httplib|sqlite3|magic|libpq)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)


def layer_of(path):
    """foundation/log.hpp -> foundation; filemaker/dataapi/api.hpp -> filemaker/dataapi."""
    parts = path.split("/")
    if len(parts) == 1:
        return "main"
    return "/".join(parts[:2]) if parts[0] == "filemaker" else parts[0]


def allowed(layer):
    """The layers that a layer may include; None: all of fmferry."""
    if layer in ("app", "main"):
        return None
    if layer in SEES:
        return SEES[layer]
    if layer == "filemaker/common" or layer in ADAPTERS:
        return INNER + ["net", layer]
    if layer.startswith("filemaker/"):
        return INNER + ["net", "filemaker/common", layer]
    return []


def problems_in(source):
    found = []
    for file in sorted(source.rglob("*.[ch]pp")):
        name = file.relative_to(source).as_posix()
        program, _, inner = name.partition("/")
        layer = layer_of(inner)
        if program == "fmferry" and allowed(layer) == []:
            found.append(f"{name}: layer '{layer}' is not in the table of {pathlib.Path(__file__).name}")
            continue
        for target in INCLUDE.findall(file.read_text(encoding="utf-8")):
            other, _, rest = target.partition("/")
            if program == "fmferry" and file.suffix == ".hpp" and layer in LIGHT and HEAVY.match(target):
                found.append(f"{name}: heavy header <{target}> in a public header")
            if other not in ("fmferry", "fmsim", "thumbnailer"):
                if ".." in target:
                    found.append(f"{name}: relative include of {target}")
                continue
            if (program, target) in SHARED:
                continue
            if other != program:
                found.append(f"{name}: includes <{target}> of the other program")
            elif program == "fmferry":
                may = allowed(layer)
                if may is not None and layer_of(rest) not in may:
                    found.append(f"{name}: {layer} must not include <{target}>")
    return found


PLANTED = {
    "fmferry/core/a.cpp": "#include <fmferry/ports/source.hpp>\n",
    "fmferry/ports/a.hpp": "#include <fmferry/engine/gate.hpp>\n",
    "fmferry/engine/a.cpp": "#include <fmferry/sqlite/ledger.hpp>\n",
    "fmferry/engine/b.hpp": "  #  include <spdlog/spdlog.h>\n",
    "fmferry/s3/a.cpp": "#include <fmferry/localfs/local_folder_store.hpp>\n",
    "fmferry/filemaker/dataapi/a.cpp": "#include <fmferry/filemaker/odata/odata.hpp>\n",
    "fmferry/filemaker/common/a.cpp": "#include <fmferry/filemaker/odata/odata.hpp>\n",
    "fmferry/s3/c.cpp": "#include <fmferry/filemaker/common/json_values.hpp>\n",
    "fmferry/memory/a.hpp": '#include "fmferry/engine/gate.hpp"\n',
    "fmferry/net/a.cpp": "#include <fmferry/engine/gate.hpp>\n",
    "fmferry/surprise/a.cpp": "#include <fmferry/core/record.hpp>\n",
    "fmferry/core/b.hpp": "#include <sqlite3.h>\n",
    "fmsim/a.cpp": "#include <fmferry/foundation/digest.hpp>\n",
    "fmferry/app/a.cpp": "#include <fmsim/clinic.hpp>\n",
    "fmferry/thumbnail/a.cpp": "#include <thumbnailer/picture.hpp>\n",
    "thumbnailer/a.cpp": "#include <fmferry/foundation/digest.hpp>\n",
}
INNOCENT = {
    "fmferry/app/b.cpp": "#include <fmferry/s3/s3_object_store.hpp>\n#include <spdlog/spdlog.h>\n",
    "fmferry/filemaker/odata/b.cpp": "#include <fmferry/filemaker/common/json_values.hpp>\n",
    "fmferry/s3/b.cpp": "#include <fmferry/net/http.hpp>\n#include <fmferry/core/record.hpp>\n",
    "fmferry/engine/c.cpp": "#include <fmferry/ports/ledger.hpp>\n#include <vector>\n",
    "fmferry/main.cpp": "#include <fmferry/app/shell.hpp>\n",
    "thumbnailer/b.cpp": "#include <fmferry/thumbnail/protocol.hpp>\n#include <thumbnailer/sandbox.hpp>\n",
    "fmsim/b.cpp": "#include <fmsim/clinic.hpp>\n#include <httplib.h>\n",
}


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {**PLANTED, **INNOCENT}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        told = {line.split(":")[0] for line in problems_in(root)}
    missed = set(PLANTED) - told
    wrong = told & set(INNOCENT)
    for name in sorted(missed):
        print(f"self-test: the planted violation in {name} was not found")
    for name in sorted(wrong):
        print(f"self-test: {name} is innocent and was accused")
    return not missed and not wrong


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 0 if self_test() else 1
    if len(sys.argv) != 2:
        print("usage: check_layers.py SRC_FOLDER | --self-test", file=sys.stderr)
        return 2
    found = problems_in(pathlib.Path(sys.argv[1]))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
