"""Check the archive package of a case with nothing but Python: python verify_archive.py PACKAGE.zip [DIGEST]

Says of each file whether it is what manifest.json says; ends with 1 where one differs, is missing or was added.
DIGEST is the one that the portal keeps with the closed case, where there is one to compare.
"""

import hashlib
import json
import sys
import zipfile

MANIFEST = "manifest.json"
# What goes on after a case is closed, and so is not under its digest; the PDFs are drawn anew each time.
LIVING = (
    "data/application.json",
    "data/steps.json",
    "data/journal.json",
    "data/integrity_entries.json",
    "data/integrity_pleas.json",
    "data/site_checks.json",
    "data/site_check_records.json",
    "data/site_check_officers.json",
    "index.html",
)
LIVING_FOLDERS = ("forms/", "site-checks/")
# Of the packages of the first format, which knew neither pleas nor site checks.
FIRST_FORMAT = "chenzhou-case-archive/1"
FIRST_LIVING = (
    "data/application.json",
    "data/steps.json",
    "data/journal.json",
    "data/integrity_entries.json",
    "index.html",
)


def sha256(package: zipfile.ZipFile, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with package.open(name) as file:
        while chunk := file.read(1 << 16):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def digest_of(manifest: dict) -> str:
    """Over a line for each file that does not live on by the format of the package, in the order of the names."""
    is_first = manifest.get("format") == FIRST_FORMAT
    living, folders = (FIRST_LIVING, ("forms/",)) if is_first else (LIVING, LIVING_FOLDERS)
    kept = [each for each in manifest["files"] if each["name"] not in living and not each["name"].startswith(folders)]
    rows = sorted(kept, key=lambda each: each["name"])
    return hashlib.sha256("".join(f"{each['sha256']}  {each['name']}\n" for each in rows).encode()).hexdigest()


def problems_of(package: zipfile.ZipFile) -> list[str]:
    manifest = json.loads(package.read(MANIFEST))
    listed = {each["name"]: each for each in manifest["files"]}
    present = [name for name in package.namelist() if name != MANIFEST]
    problems = [f"more than once: {name}" for name in {name for name in present if present.count(name) > 1}]
    problems += [f"missing: {name}" for name in listed if name not in present]
    problems += [f"not in the manifest: {name}" for name in present if name not in listed]
    for name in present:
        if name in listed and sha256(package, name) != (listed[name]["sha256"], listed[name]["size"]):
            problems.append(f"changed: {name}")
    if digest_of(manifest) != manifest["digest"]:
        problems.append("the digest is not that of the files in the manifest")
    return problems


def main(path: str, expected: str = "") -> int:
    try:
        with zipfile.ZipFile(path) as package:
            problems = problems_of(package)
            manifest = json.loads(package.read(MANIFEST))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        print(f"not a whole archive package: {error}")
        return 1
    if expected and expected != manifest["digest"]:
        problems.append(f"another digest than {expected}")
    for problem in problems:
        print(problem)
    print(f"{manifest['case']}: {len(manifest['files'])} files, {len(problems)} problems, digest {manifest['digest']}")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
