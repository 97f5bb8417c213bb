"""The Python side of `npm run interop -- --only templates`: transformers' rendering, its jinja2 and the Rust tokenizers.

One JSON request a line in, one answer a line out."""
import json
import re
import sys

import tokenizers
import transformers
from transformers.utils.chat_template_utils import _compile_jinja_template, render_jinja_template

transformers.logging.set_verbosity_error()
PROBE = "Probe-7f3a"
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>"}


def rendered(template, chat, messages, add_generation_prompt):
    """The text as apply_chat_template makes it, or None where it is refused."""
    try:
        [text], _ = render_jinja_template(
            [messages], chat.get("tools"), None, template, add_generation_prompt=add_generation_prompt,
            **{**SPECIAL, **chat.get("variables", {})},
        )  # fmt: skip
        return text
    except Exception:
        return None


def texts(request):
    """Of each conversation: the whole; and of each answer the prompt before it and the text up to its end."""

    def of_chat(chat):
        messages = chat["messages"]
        answers = [at for at, message in enumerate(messages) if message["role"] == "assistant"]
        return {
            "whole": rendered(request["template"], chat, messages, False),
            "opened": rendered(request["template"], chat, messages, True),
            "answers": [answer(request["template"], chat, messages, at) for at in answers],
        }

    return {"chats": [of_chat(chat) for chat in request["chats"]]}


def answer(template, chat, messages, at):
    """The prompt of an answer, the text with it, and what a model is to write there: see `written`."""
    prompt = rendered(template, chat, messages[:at], True)
    through = rendered(template, chat, messages[: at + 1], False)
    found = None if prompt is None or through is None else written(template, chat, messages[: at + 1], prompt, through)
    return {"prompt": prompt, "through": through, "written": found}


def written(template, chat, messages, prompt, through):
    """What stands behind the prompt, up to the mark that ends the answer; None where the text does not go on from the prompt,
    or leaves out a part of the answer."""
    if not through.startswith(prompt):
        return None
    text = through[len(prompt) :]
    at = 0
    for part in parts_of(messages[-1]):
        at = text.find(part, at)
        if at < 0:
            return None
        at += len(part)
    probed = rendered(template, chat, [*messages[:-1], {"role": "assistant", "content": PROBE}], False)
    tail = probed.rpartition(PROBE)[2] if probed is not None and PROBE in probed else ""
    mark = re.match(r"\s*\S+", tail)
    if mark is None:
        return text.rstrip()
    behind = tail[mark.end() :]
    return text[: -len(behind)] if behind and text.endswith(tail) else text


def parts_of(message):
    """What an answer says, in the order in which it is said."""
    content = message["content"] or ""
    thoughts = message.get("reasoning_content") or ""
    if not thoughts and "</think>" in content:
        head, _, content = content.rpartition("</think>")
        thoughts = head.rpartition("<think>")[2]
    names = [call["function"]["name"] for call in message.get("tool_calls", [])]
    return [part.strip() for part in (thoughts, content, *names) if part.strip()]


def ids(request):
    tokenizer = tokenizers.Tokenizer.from_file(request["tokenizer"])
    return {"ids": [tokenizer.encode(text, add_special_tokens=False).ids for text in request["texts"]]}


def cases(request):
    """What jinja2 itself makes of small templates."""
    context = {**request["context"], "big": 2**70}

    def one(template):
        try:
            text = _compile_jinja_template(template).render(**context)
        except Exception:
            return None
        return None if " at 0x" in text or "<class" in text else text

    return {"texts": [one(template) for template in request["templates"]]}


actions = {"texts": texts, "ids": ids, "cases": cases}
for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = actions[request["do"]](request)
    except Exception as error:
        reply = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)
