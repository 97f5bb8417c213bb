"""
The Rust tokenizers, one JSON request a line: {"make": folder, "texts": file, "charsmaps": bool} writes the pipelines of
pipelines.py; {"read": tokenizer.json, "texts": [...], "special": bool} gives ids, ids alone, and both ways of decoding.
With `special` false, special tokens that a text spells are ordinary text.
"""
import json
import sys
from pathlib import Path

from tokenizers import Tokenizer

import pipelines


def make(request):
    folder = Path(request["make"])
    texts = json.loads(Path(request["texts"]).read_text(encoding="utf-8"))
    names = []
    for name, pipeline in pipelines.build(texts, request["charsmaps"]):
        folder.joinpath(f"{name}.json").write_text(json.dumps(pipeline, ensure_ascii=False), encoding="utf-8")
        names.append(name)
    return {"names": names}


def read(request):
    tokenizer = Tokenizer.from_file(request["read"])
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = not request["special"]
    rows = []
    for text in request["texts"]:
        ids = tokenizer.encode(text).ids
        alone = tokenizer.encode(text, add_special_tokens=False).ids
        rows.append({"ids": ids, "alone": alone, "decoded": tokenizer.decode(ids, skip_special_tokens=False), "skipped": tokenizer.decode(ids)})
    return {"rows": rows}


def answer(request):
    try:
        return make(request) if "make" in request else read(request)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
