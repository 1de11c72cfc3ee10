"""Makes the wheel of the Python package from what `swift build` has compiled.

    python3 python/build.py --bin-path "$(swift build -c release --show-bin-path)" --output dist

The objects that SwiftPM has compiled for the product `MesogenPython` and for the program are linked once
more, with the Swift runtime in them (`-static-stdlib`); `auditwheel`, where it is installed, puts the other
libraries (OpenBLAS, GSL, ...) beside them and names the oldest system that the wheel runs on.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent

# The parts of the Swift runtime that Foundation is made of. Objects that were compiled for the shared runtime
# do not name them.
RUNTIME = ("_FoundationICU", "_FoundationCShims", "_FoundationCollections", "CoreFoundation", "BlocksRuntime")

# SwiftPM compiles the entry of a program under a name of its own.
MAIN = ("-Xlinker", "--defsym=main=mesogen_main")

# Signatures of Linux wheels: same bytes on every build of the same sources.
EPOCH = (1980, 1, 1, 0, 0, 0)


def run(*command: str | Path, **options) -> str:
    """Runs a command and returns what it prints; ends the program with its words where it fails."""
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True, **options)
    if done.returncode != 0:
        words = " ".join(str(part) for part in command)
        sys.exit(f"build.py: {words[:400]}\n{done.stdout}{done.stderr}")
    return done.stdout


def objects(bin_path: Path, product: str) -> list[str]:
    """The objects that SwiftPM links for a product."""
    lists = [
        bin_path / f"{product}.product" / "Objects.LinkFileList",
        bin_path / f"lib{product}.so.product" / "Objects.LinkFileList",
    ]
    for path in lists:
        if path.exists():
            return [line for line in path.read_text().replace("'", "").split("\n") if line]
    sys.exit(f"build.py: {product} is not built in {bin_path}: swift build --product {product}")


def link(bin_path: Path, product: str, output: Path, *flags: str) -> None:
    """Links a product with the Swift runtime in it."""
    with tempfile.NamedTemporaryFile("w", suffix=".rsp") as response:
        response.write("\n".join(f'"{name}"' for name in objects(bin_path, product)))
        response.flush()
        # Through -Xlinker: the compiler puts other libraries before those that objects ask for.
        runtime = [part for name in RUNTIME for part in ("-Xlinker", f"-l{name}")]
        run(
            "swiftc",
            *flags,
            "-static-stdlib",
            "-o",
            output,
            f"@{response.name}",
            "-lvoro++",
            "-lhdf5_serial",
            "-Xlinker",
            "--start-group",
            *runtime,
            "-Xlinker",
            "--end-group",
            "-Xlinker",
            "-lstdc++",
            "-Xlinker",
            "--gc-sections",
            "-Xlinker",
            "-z",
            "-Xlinker",
            "defs",
        )
    run("strip", "--strip-unneeded", output)


def version() -> str:
    """The version of the library."""
    text = (HERE.parent / "Sources" / "Jobs" / "Version.swift").read_text()
    found = re.search(r'current = "([^"]+)"', text)
    if not found:
        sys.exit("build.py: Sources/Jobs/Version.swift has no version")
    return found.group(1)


def project() -> dict:
    """The table `project` of pyproject.toml."""
    try:
        import tomllib
    except ImportError:
        from pip._vendor import tomli as tomllib  # Python before 3.11.
    return tomllib.loads((HERE / "pyproject.toml").read_text())["project"]


def metadata(about: dict, number: str) -> str:
    """The file METADATA of the wheel."""
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {about['name']}",
        f"Version: {number}",
        f"Summary: {about['description']}",
        f"Author: {', '.join(author['name'] for author in about['authors'])}",
        f"License: {about['license']}",
        *(f"Classifier: {name}" for name in about["classifiers"]),
        f"Keywords: {','.join(about['keywords'])}",
        f"Requires-Python: {about['requires-python']}",
        "Description-Content-Type: text/markdown",
    ]
    lines += [f"Requires-Dist: {name}" for name in about["dependencies"]]
    for extra, names in about["optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {name}; extra == "{extra}"' for name in names]
    return "\n".join(lines) + "\n\n" + (HERE / about["readme"]).read_text()


def wheel(folder: Path, binaries: dict[str, Path], march: str) -> Path:
    """Writes the wheel: the package, the library, the program."""
    about, number = project(), version()
    tag = f"py3-none-linux_{platform.machine()}"
    info = f"mesogen-{number}.dist-info"
    files: dict[str, tuple[bytes, int]] = {}
    for path in sorted((HERE / "mesogen").rglob("*")):
        if path.is_file() and path.suffix in (".py", ".pyi", ".typed") or path.name == "py.typed":
            files[path.relative_to(HERE).as_posix()] = (path.read_bytes(), 0o644)
    for name, path in binaries.items():
        files[f"mesogen/{name}"] = (path.read_bytes(), 0o755)
    build = {"march": march, "machine": platform.machine(), "version": number}
    files["mesogen/build.json"] = (json.dumps(build).encode(), 0o644)
    for name in ("LICENSE",):
        if (HERE.parent / name).exists():
            files[f"{info}/{name}"] = ((HERE.parent / name).read_bytes(), 0o644)
    files[f"{info}/METADATA"] = (metadata(about, number).encode(), 0o644)
    files[f"{info}/LICENSE"] = ((HERE.parent / "LICENSE").read_bytes(), 0o644)
    files[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: mesogen\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
        0o644,
    )
    scripts = "".join(f"{name} = {target}\n" for name, target in about["scripts"].items())
    files[f"{info}/entry_points.txt"] = (f"[console_scripts]\n{scripts}".encode(), 0o644)
    record = io.StringIO()
    for name, (data, _) in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record.write(f"{name},sha256={digest},{len(data)}\n")
    record.write(f"{info}/RECORD,,\n")
    files[f"{info}/RECORD"] = (record.getvalue().encode(), 0o644)
    target = folder / f"mesogen-{number}-{tag}.whl"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, (data, mode) in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return target


def repair(made: Path, output: Path) -> Path:
    """Puts the libraries of the system into the wheel."""
    before = set(output.glob("*.whl"))
    environment = dict(os.environ, PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    run(sys.executable, "-m", "auditwheel", "repair", made, "--wheel-dir", output, env=environment)
    return max(
        set(output.glob("*.whl")) - before or output.glob("*.whl"), key=lambda path: path.stat().st_mtime
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--bin-path", type=Path, required=True, help="what `swift build --show-bin-path` prints"
    )
    parser.add_argument("--output", type=Path, required=True, help="the folder of the wheel")
    parser.add_argument("--march", default="", help="the processor that was compiled for")
    parser.add_argument(
        "--as-is", action="store_true", help="leave the libraries of the system out: a wheel for this machine"
    )
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        binaries = {
            "libmesogen_python.so": folder / "libmesogen_python.so",
            "bin/mesogen": folder / "mesogen",
        }
        link(given.bin_path, "MesogenPython", binaries["libmesogen_python.so"], "-emit-library")
        link(given.bin_path, "mesogen", binaries["bin/mesogen"], "-emit-executable", *MAIN)
        made = wheel(folder, binaries, given.march)
        if given.as_is:
            final = given.output / made.name
            shutil.copy(made, final)
        else:
            final = repair(made, given.output)
    print(final)


if __name__ == "__main__":
    main()
