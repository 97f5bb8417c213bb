"""The Python side of `npm run interop -- --only exports`: PEFT and transformers as they are.

One JSON request a line in, one answer a line out. PEFT of another version comes by PYTHONPATH. Answers go through files of float32."""
import json
import os
import sys

import peft
import torch
import transformers
from peft import LoraConfig, MissConfig, PeftModel, VBLoRAConfig, VeraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

torch.set_num_threads(int(os.environ.get("INTEROP_THREADS", "2")))
transformers.logging.set_verbosity_error()
configs = {"vera": VeraConfig, "vblora": VBLoRAConfig, "lora": LoraConfig, "miss": MissConfig}


def base_model(folder, labels=None):
    """`labels`: of an encoder's head."""
    if labels is None:
        return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    return AutoModelForSequenceClassification.from_pretrained(folder, num_labels=labels, dtype=torch.float32).eval()


def logits(request):
    """Of a base folder, alone or with an adapter folder: (rows, tokens, vocabulary), or an encoder's probabilities (rows, 1, labels)."""
    model = base_model(request["model"], request.get("labels"))
    if request.get("adapter"):
        model = PeftModel.from_pretrained(model, request["adapter"]).eval()
    with torch.no_grad():
        if "texts" in request:
            tokenizer = AutoTokenizer.from_pretrained(request["model"])
            rows = tokenizer(request["texts"], padding=True, return_tensors="pt")
            values = model(**rows).logits.softmax(-1).unsqueeze(1)
        else:
            values = model(input_ids=torch.tensor(request["ids"])).logits
    values.float().numpy().tofile(request["out"])
    return {"shape": list(values.shape)}


def make_adapter(request):
    """A fresh adapter of a method whose trained tensors all have values, since an untrained one changes nothing."""
    torch.manual_seed(request["seed"])
    labels = request.get("labels")
    task = "CAUSAL_LM" if labels is None else "SEQ_CLS"
    model = get_peft_model(base_model(request["model"], labels), configs[request["method"]](task_type=task, **request["options"]))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                parameter.add_(torch.randn_like(parameter) * (1.0 if "vblora_logits" in name else 0.1))
    model.save_pretrained(request["dir"])
    return {}


def versions(_):
    return {"peft": peft.__version__, "transformers": transformers.__version__, "torch": torch.__version__}


verbs = {"logits": logits, "makeAdapter": make_adapter, "versions": versions}
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what libraries print is no answer
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = verbs[request["do"]](request)
    except Exception as error:  # told to the caller, who goes on with the next
        answer = {"error": f"{type(error).__name__}: {error}"}
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
