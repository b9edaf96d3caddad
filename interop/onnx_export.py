"""Makes the ONNX file that bench models gives to transformers.js: onnx_export.py FOLDER OUT

FOLDER holds configuration and model.safetensors; OUT gets model.onnx, in float32 with a KV cache, and config.json, by optimum-onnx. Its
transformers is older than the one that wrote FOLDER, so the configuration is said in the older words, too.
"""

import json
import sys
import tempfile
from pathlib import Path

from optimum.exporters.onnx import main_export


def main(folder, out):
    config = json.loads((folder / "config.json").read_text())
    rope = config.get("rope_parameters", {})
    if rope.get("rope_type", "default") != "default":
        raise SystemExit(f"The rotation {rope['rope_type']} is not said in older words here.")
    config |= {"rope_theta": rope.get("rope_theta", config.get("rope_theta")), "torch_dtype": "float32"}
    with tempfile.TemporaryDirectory() as work:
        (Path(work) / "config.json").write_text(json.dumps(config))
        for name in ("model.safetensors", "tokenizer.json", "tokenizer_config.json", "generation_config.json"):
            (Path(work) / name).symlink_to((folder / name).resolve())
        main_export(work, output=out, task="text-generation-with-past", dtype="fp32", device="cpu", do_validation=False)


main(Path(sys.argv[1]), Path(sys.argv[2]))
