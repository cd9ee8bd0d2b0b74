"""Run the sample of a round of site checks again from its published file: python verify_sample.py FILE.json

Prints each check; ends with 1 where the file does not say what its inputs and its seed give. See docs/draw.md.
"""

import hashlib
import json
import sys


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def lot(seed: str, number: str, about: str) -> int:
    return int(sha256(f"{seed}|{number}|{about}"), 16)


def draw(inputs: dict, seed: str) -> dict:
    awards = sorted(inputs["awards"], key=lambda row: lot(seed, row["number"], "award"))
    load: dict[str, int] = {}
    checks = []
    for row in awards[: inputs["size"]]:
        order = [(load.get(code, 0), lot(seed, row["number"], code), code) for code in row["officers"]]
        chosen = [code for _load, _lot, code in sorted(order)[: inputs["officers_each"]]]
        for code in chosen:
            load[code] = load.get(code, 0) + 1
        checks.append({"application": row["number"], "officers": chosen})
    return {"checks": checks}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        published = json.load(file)
    frozen = json.dumps(published["inputs"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    result = draw(published["inputs"], published["seed"])
    for check in result["checks"]:
        print(check["application"], " ".join(check["officers"]))
    if sha256(frozen) != published["inputs_sha256"]:
        sys.exit("The inputs are not those that were frozen: their SHA-256 differs.")
    if result != published["result"]:
        sys.exit("The published result is another one.")
    print("The published result is what the inputs and the seed give.")
