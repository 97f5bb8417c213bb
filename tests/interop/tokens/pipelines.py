"""
Small tokenizers with the pipelines of many model families. Their vocabularies are trained here, on the texts given; the steps
around them are those that the families publish. `build(texts)` yields (name, tokenizer.json as an object).
"""
import base64
import io
import json

from tokenizers import Tokenizer, models, trainers

GPT2 = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
BYTES = {**GPT2, "use_regex": False}
CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + SPACES
QWEN2 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + SPACES
GPT4 = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
CASE = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
TEKKEN = CASE + "*" + LOWER + "+|" + CASE + "+" + LOWER + r"*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + SPACES
GPT4O = CASE + "*" + LOWER + "+" + CONTRACTIONS + "?|" + CASE + "+" + LOWER + "*" + CONTRACTIONS + r"?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + SPACES
DEEPSEEK = r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|" + SPACES
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
CLIP = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"

BYTE_TOKENS = [f"<0x{byte:02X}>" for byte in range(256)]


def sequence(kind, *steps):
    return {"type": "Sequence", kind: list(steps)}


def normalizers(*steps):
    return sequence("normalizers", *steps)


def pretokenizers(*steps):
    return sequence("pretokenizers", *steps)


def decoders(*steps):
    return sequence("decoders", *steps)


def split(pattern, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": pattern if isinstance(pattern, dict) else {"Regex": pattern}, "behavior": behavior, "invert": invert}


def metaspace(scheme="always", cuts=True):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": cuts}


def replace(pattern, content):
    return {"type": "Replace", "pattern": pattern if isinstance(pattern, dict) else {"String": pattern}, "content": content}


PREPEND = {"type": "Prepend", "prepend": "▁"}
LLAMA_DECODER = decoders(replace("▁", " "), {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0})


def added(content, special=True, **fields):
    return {"content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": not special, "special": special, **fields}


def bpe_trainer(size, special, **options):
    return trainers.BpeTrainer(vocab_size=size, special_tokens=special, show_progress=False, **options)


def train(kind, steps, texts, size=500, special=(), **options):
    """tokenizer.json of a model trained behind these steps, its special tokens first in the vocabulary."""
    special = list(special)
    bytes_first = BYTE_TOKENS if options.get("byte_fallback") else []
    training = {k: options.pop(k) for k in ("initial_alphabet", "limit_alphabet", "end_of_word_suffix", "continuing_subword_prefix") if k in options}
    model, trainer = {
        "BPE": lambda: (
            models.BPE(**{k: v for k, v in training.items() if k.endswith("fix")}, **options),
            bpe_trainer(size, special + bytes_first, **training),
        ),
        "WordPiece": lambda: (models.WordPiece(unk_token="[UNK]", **options), trainers.WordPieceTrainer(vocab_size=size, special_tokens=special, show_progress=False, limit_alphabet=120)),
        "WordLevel": lambda: (models.WordLevel(unk_token=options.get("unk_token", "<unk>")), trainers.WordLevelTrainer(vocab_size=size, special_tokens=special, show_progress=False)),
        "Unigram": lambda: (models.Unigram(), trainers.UnigramTrainer(vocab_size=size, special_tokens=special + bytes_first, unk_token="<unk>", show_progress=False)),
    }[kind]()
    whole = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None, "pre_tokenizer": None, "post_processor": None, "decoder": None}
    # Merges are learned within words, also where the finished tokenizer does not cut its text.
    learning = {**steps, "pre_tokenizer": steps.get("learn") or steps.get("pre_tokenizer")}
    learning.pop("learn", None)
    tokenizer = Tokenizer(model)
    raw = {**whole, **learning, "model": json.loads(tokenizer.to_str())["model"], "post_processor": None, "decoder": None}
    tokenizer = Tokenizer.from_str(json.dumps(raw))
    tokenizer.train_from_iterator(texts, trainer)
    trained = json.loads(tokenizer.to_str())["model"]
    if kind == "Unigram":
        trained["byte_fallback"] = options.get("byte_fallback", False)
        trained["unk_id"] = next(i for i, (token, _) in enumerate(trained["vocab"]) if token == "<unk>")
        lowest = min(score for _, score in trained["vocab"])
        trained["vocab"] = [[token, lowest - 1 if token in BYTE_TOKENS else score] for token, score in trained["vocab"]]
    return {**whole, **{k: v for k, v in steps.items() if k != "learn"}, "model": trained}


def size_of(pipeline):
    return len(pipeline["model"]["vocab"])


def ids_of(pipeline):
    vocab = pipeline["model"]["vocab"]
    return vocab if isinstance(vocab, dict) else {token: i for i, (token, _) in enumerate(vocab)}


def with_added(pipeline, *tokens):
    """Added tokens get the ids of the vocabulary, or the next ones."""
    known, following = ids_of(pipeline), size_of(pipeline)
    listed = []
    for token in tokens:
        if token["content"] in known:
            listed.append({"id": known[token["content"]], **token})
        else:
            listed.append({"id": following, **token})
            following += 1
    return {**pipeline, "added_tokens": listed}


def token_id(pipeline, token):
    return next(entry["id"] for entry in pipeline["added_tokens"] if entry["content"] == token)


def around(pipeline, single, pair):
    """A template such as '<s> $A </s>'."""
    names = sorted({name for name in (single + " " + pair).split() if not name.startswith("$")})

    def items(text):
        return [{"Sequence": {"id": n[1], "type_id": 0}} if n.startswith("$") else {"SpecialToken": {"id": n, "type_id": 0}} for n in text.split()]

    special = {name: {"id": name, "ids": [token_id(pipeline, name)], "tokens": [name]} for name in names}
    template = {"type": "TemplateProcessing", "single": items(single), "pair": items(pair), "special_tokens": special}
    return {**pipeline, "post_processor": template}


def begins(pipeline, token):
    return around(pipeline, f"{token} $A", f"{token} $A {token} $B")


def charsmap(texts, rule=None, rules=None):
    """SentencePiece's normalisation as it is written into its models: a rule by name, or an own table of replacements."""
    import os
    import tempfile

    import sentencepiece

    options = {"normalization_rule_name": rule} if rule else {}
    with tempfile.TemporaryDirectory() as folder:
        if rules:
            table = os.path.join(folder, "rules.tsv")
            with open(table, "w", encoding="utf-8") as file:
                for source, target in rules:
                    file.write(" ".join(f"{ord(c):X}" for c in source) + "\t" + " ".join(f"{ord(c):X}" for c in target) + "\n")
            options = {"normalization_rule_tsv": table}
        out = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(["a b c d", "b c d e"]), model_writer=out, vocab_size=10, model_type="char", hard_vocab_limit=False, minloglevel=3, **options)
    return base64.b64encode(fields(dict_of(out.getvalue())[3][0])[2][0]).decode()


def fields(message):
    return dict_of(message)


def dict_of(message):
    """Length-delimited fields of a protocol buffer, by number."""
    found, at = {}, 0

    def varint(at):
        value = shift = 0
        while True:
            byte = message[at]
            value |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return value, at

    while at < len(message):
        key, at = varint(at)
        kind = key & 7
        if kind == 2:
            length, at = varint(at)
            found.setdefault(key >> 3, []).append(message[at : at + length])
            at += length
        elif kind == 0:
            _, at = varint(at)
        else:
            at += 8 if kind == 1 else 4
    return found


OWN_RULES = [
    ("\t", " "), ("\n", " "), ("\r", " "), ("\u00a0", " "), ("\u3000", " "), ("\u200b", " "), ("\u00ad", ""), ("\u0001", ""),
    ("\ufb01", "fi"), ("\u00bd", "1\u20442"), ("\uff21", "A"), ("\uff5e", "~"), ("\u2126", "\u03a9"), ("\u212b", "\u00c5"),
    ("e\u0301", "\u00e9"), ("a\u0300", "\u00e0"), ("\u0344", "\u0308\u0301"), ("\u3231", "(\u682a)"), ("\uff76", "\u30ab"),
    ("\uff76\uff9e", "\u30ac"), ("\u304b\u3099", "\u304c"), ("\u2460", "1"), ("\u2122", "TM"), ("\U0001d400", "A"),
]


def chars_of(texts):
    return sorted({character for text in texts for character in text})


def llama_like(texts, steps, **more):
    steps = {"learn": metaspace(), "decoder": LLAMA_DECODER, **steps}
    return train("BPE", steps, texts, size=560, special=["<unk>", "<s>", "</s>"], unk_token="<unk>", fuse_unk=True, byte_fallback=True, limit_alphabet=150, **more)


SENTENCE = [added("<unk>"), added("<s>"), added("</s>")]


def byte_level(texts, steps, size=420, **more):
    from tokenizers.pre_tokenizers import ByteLevel

    return train("BPE", {"decoder": GPT2, **steps}, texts, size=size, initial_alphabet=ByteLevel.alphabet(), **more)


def unigram(texts, steps, size=460, **more):
    """Learned from a part of the texts, so that many characters are unknown."""
    learned = texts[:48] + texts[66:90:3]
    return train("Unigram", {"decoder": metaspace(), **steps}, learned, size=size, special=["<s>", "<pad>", "</s>", "<unk>"], **more)


ROBERTA_TOKENS = [added("<s>"), added("<pad>"), added("</s>"), added("<unk>"), added("<mask>", lstrip=True)]


def sentence_pair(pipeline):
    return around(pipeline, "<s> $A </s>", "<s> $A </s> </s> $B </s>")


def bert(texts, uncased, **fields):
    steps = {
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": uncased, **fields},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
    }
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pipeline = with_added(train("WordPiece", steps, texts, size=500, special=names), *[added(name) for name in names])
    return around(pipeline, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B [SEP]")


def build(texts, whole_charsmaps):
    """With `whole_charsmaps` SentencePiece's own tables (hundreds of KB), else the short one above."""

    def precompiled(rule):
        return {"type": "Precompiled", "precompiled_charsmap": charsmap(texts, rule=rule) if whole_charsmaps else charsmap(texts, rules=OWN_RULES)}

    # Byte-level BPE
    base = byte_level(texts, {"pre_tokenizer": GPT2})
    end_of_text = added("<|endoftext|>", normalized=True)

    def same_vocabulary(steps, *tokens, **model):
        return with_added({**base, **steps, "model": {**base["model"], **model}}, *tokens)

    chatml = [added("<|endoftext|>"), added("<|im_start|>"), added("<|im_end|>")]
    yield "gpt2", same_vocabulary({}, end_of_text)
    yield "smollm2", same_vocabulary({"pre_tokenizer": pretokenizers({"type": "Digits", "individual_digits": True}, GPT2)}, *chatml)
    yield "qwen2", same_vocabulary({"normalizer": {"type": "NFC"}, "pre_tokenizer": pretokenizers(split(QWEN2), BYTES)}, *chatml, added("<think>", special=False, normalized=False))
    llama3 = same_vocabulary({"pre_tokenizer": pretokenizers(split(LLAMA3), BYTES)}, added("<|begin_of_text|>"), added("<|eot_id|>"), ignore_merges=True)
    template = begins(llama3, "<|begin_of_text|>")["post_processor"]
    yield "llama3", {**llama3, "post_processor": {"type": "Sequence", "processors": [{**GPT2, "type": "ByteLevel"}, template]}}
    yield "mistral-tekken", begins(same_vocabulary({"pre_tokenizer": pretokenizers(split(TEKKEN), BYTES)}, added("<s>"), added("[INST]"), added("[/INST]"), ignore_merges=True), "<s>")
    yield "gpt-4", same_vocabulary({"pre_tokenizer": pretokenizers(split(GPT4), BYTES)}, *chatml)
    yield "phi4-mini", same_vocabulary({"pre_tokenizer": pretokenizers(split(GPT4O), BYTES)}, added("<|endoftext|>"), added("<|user|>", rstrip=True), added("<|end|>", rstrip=True))
    deepseek = pretokenizers(split(r"\p{N}{1,3}"), split("[一-龥぀-ゟ゠-ヿ]+"), split(DEEPSEEK), BYTES)
    yield "deepseek", same_vocabulary({"normalizer": normalizers(), "pre_tokenizer": deepseek}, added("<｜begin▁of▁sentence｜>"), added("<think>", special=False))
    yield "bloom", same_vocabulary({"pre_tokenizer": pretokenizers(split(BLOOM), BYTES)}, added("<s>"), added("</s>"))
    falcon = pretokenizers({"type": "Punctuation", "behavior": "Contiguous"}, GPT2, {"type": "Digits", "individual_digits": False}, split("[0-9][0-9][0-9]"))
    yield "falcon", same_vocabulary({"pre_tokenizer": falcon}, end_of_text)
    yield "command-r", same_vocabulary({"normalizer": {"type": "NFC"}, "pre_tokenizer": pretokenizers({"type": "Digits", "individual_digits": True}, GPT2)}, added("<BOS_TOKEN>"), added("<|END_OF_TURN_TOKEN|>"))
    roberta = same_vocabulary({"pre_tokenizer": {**GPT2, "add_prefix_space": True}}, added("<s>", normalized=True), added("</s>", normalized=True), added("<mask>", lstrip=True))
    yield "roberta", {**roberta, "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", token_id(roberta, "</s>")], "cls": ["<s>", token_id(roberta, "<s>")], "trim_offsets": True, "add_prefix_space": True}}
    yield "modernbert", around(same_vocabulary({"normalizer": {"type": "NFC"}}, added("[CLS]"), added("[SEP]"), added("[MASK]", lstrip=True), added("   ", special=False)), "[CLS] $A [SEP]", "[CLS] $A [SEP] $B [SEP]")
    words_in_bytes = {"normalizer": {"type": "ByteLevel"}, "pre_tokenizer": split("Ġ", "MergedWithNext"), "decoder": GPT2}
    yield "bytes-in-normalizer", same_vocabulary(words_in_bytes, added("café", special=False))

    # SentencePiece BPE
    old = {"normalizer": normalizers(PREPEND, replace(" ", "▁"))}
    llama2 = llama_like(texts, old)
    yield "llama2", begins(with_added(llama2, *SENTENCE), "<s>")
    yield "mistral-v1", begins(with_added({**llama2, "normalizer": None, "pre_tokenizer": metaspace("first", cuts=False)}, *SENTENCE, added("[INST]"), added("[/INST]")), "<s>")
    yield "phi3", begins(with_added(llama2, *SENTENCE[:2], added("</s>", rstrip=True), added("<|user|>", rstrip=True), added("<|end|>", rstrip=True)), "<s>")
    gemma = llama_like(texts, {"normalizer": replace(" ", "▁"), "learn": metaspace("never"), "pre_tokenizer": split({"String": " "}, "MergedWithPrevious"), "decoder": decoders(replace("▁", " "), {"type": "ByteFallback"}, {"type": "Fuse"})})
    runs = [added(run, special=False, normalized=False) for run in ("▁▁", "▁▁▁▁", "\n\n", "<b>")]
    yield "gemma", begins(with_added(gemma, *SENTENCE, added("<start_of_turn>"), added("<end_of_turn>"), *runs), "<s>")
    yield "metaspace-never", with_added({**llama2, "normalizer": None, "pre_tokenizer": metaspace("never")}, *SENTENCE)
    short = {**llama2, "model": {**llama2["model"], "byte_fallback": False, "fuse_unk": True}}
    yield "fused-unknown", with_added(short, *SENTENCE)
    yield "single-unknown", with_added({**short, "model": {**short["model"], "fuse_unk": False}}, *SENTENCE)

    # Unigram
    yield "xlm-roberta", sentence_pair(with_added(unigram(texts, {"normalizer": precompiled("nmt_nfkc"), "pre_tokenizer": pretokenizers({"type": "WhitespaceSplit"}, metaspace())}), *ROBERTA_TOKENS))
    t5 = unigram(texts, {"normalizer": precompiled("nmt_nfkc"), "pre_tokenizer": metaspace()})
    yield "t5", around(with_added(t5, added("<pad>"), added("</s>"), added("<unk>"), added("<extra_id_0>")), "$A </s>", "$A </s> $B </s>")
    albert = [replace("``", '"'), replace("''", '"'), {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}, precompiled("nfkc"), replace({"Regex": " {2,}"}, " ")]
    yield "albert", around(with_added(unigram(texts, {"normalizer": normalizers(*albert), "pre_tokenizer": metaspace()}), *ROBERTA_TOKENS), "<s> $A </s>", "<s> $A </s> $B </s>")
    camembert = unigram(texts, {"normalizer": normalizers(precompiled("nmt_nfkc_cf"), {"type": "Strip", "strip_left": True, "strip_right": True}, replace({"Regex": " {2,}"}, "▁")), "pre_tokenizer": metaspace("first")})
    yield "camembert", sentence_pair(with_added(camembert, *ROBERTA_TOKENS))
    yield "unigram-bytes", with_added(unigram(texts, {"pre_tokenizer": metaspace(), "decoder": LLAMA_DECODER}, size=700, byte_fallback=True), *ROBERTA_TOKENS)
    yield "nmt", with_added(unigram(texts, {"normalizer": normalizers({"type": "Nmt"}, {"type": "NFKC"}, {"type": "Strip", "strip_left": False, "strip_right": True}), "pre_tokenizer": metaspace("first", cuts=False)}), *ROBERTA_TOKENS)

    # Words
    yield "bert-uncased", bert(texts, uncased=True)
    yield "bert-cased", bert(texts, uncased=False)
    short_words = bert(texts, uncased=True, clean_text=False, handle_chinese_chars=False, strip_accents=False)
    yield "bert-as-it-is", {**short_words, "model": {**short_words["model"], "max_input_chars_per_word": 8}, "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": False}}
    clip = {"normalizer": normalizers({"type": "NFC"}, replace({"Regex": r"\s+"}, " "), {"type": "Lowercase"}), "pre_tokenizer": pretokenizers(split(CLIP, "Removed", invert=True), {**GPT2, "use_regex": False}), "decoder": {"type": "BPEDecoder", "suffix": "</w>"}}
    yield "clip", around(with_added(train("BPE", clip, texts, size=500, special=["<|endoftext|>"], unk_token="<|endoftext|>", end_of_word_suffix="</w>"), added("<|startoftext|>"), added("<|endoftext|>")), "<|startoftext|> $A <|endoftext|>", "<|startoftext|> $A $B <|endoftext|>")
    prefixed = {"normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"}, "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True}}
    yield "bpe-prefix", with_added(train("BPE", prefixed, texts, size=500, special=["<unk>"], unk_token="<unk>", continuing_subword_prefix="##", limit_alphabet=150), added("<unk>"))
    words = {"normalizer": {"type": "StripAccents"}, "pre_tokenizer": {"type": "WhitespaceSplit"}}
    yield "word-level", with_added(train("WordLevel", words, texts, size=300, special=["<unk>"]), added("<unk>"), added("monday", special=False, single_word=True), added(" the", special=False, rstrip=True))
    letters = {"pre_tokenizer": {"type": "CharDelimiterSplit", "delimiter": " "}, "decoder": {"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": True}}
    yield "ctc", with_added(train("WordLevel", letters, texts, size=300, special=["<pad>", "<unk>"]), added("<unk>"))

    # Each way to split, each of them inverted, on a text and on an expression
    for behavior in ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"):
        for invert in (False, True):
            steps = [split({"String": " "}, behavior, invert), split(r"\p{P}|\d*", behavior, invert), BYTES]
            yield f"split-{behavior}{'-inverted' if invert else ''}", same_vocabulary({"pre_tokenizer": pretokenizers(*steps)}, *chatml)
    for behavior in ("Removed", "MergedWithPrevious", "MergedWithNext"):
        yield f"punctuation-{behavior}", same_vocabulary({"pre_tokenizer": pretokenizers({"type": "Punctuation", "behavior": behavior}, {"type": "FixedLength", "length": 3}, BYTES)}, *chatml)
    odd = [added("<|im_end|>", lstrip=True, rstrip=True), added("Fox", special=False, single_word=True), added("quick", special=False, lstrip=True, single_word=True), added("Lazy", special=False, rstrip=True, normalized=False)]
    yield "added-tokens", same_vocabulary({"normalizer": normalizers({"type": "NFKD"}, {"type": "Lowercase"})}, *odd)
    yield "expressions", same_vocabulary({"normalizer": normalizers(replace({"Regex": r"(?>\s+)$|\h{4,}+"}, "#"), {"type": "NFD"}), "pre_tokenizer": pretokenizers(split(r"\b\w+\b|[[:punct:]&&[^-]]++|\s++$|[^\w\s]"), BYTES)}, *chatml)
