"""A WordPiece tokenizer that gives the ids Hugging Face `tokenizers` gives.

The serving side reads `tokenizer.json` with Hugging Face's Rust library; training has only the standard library. Both
must agree to the last id, or a model is served other inputs than it was trained on. So this module follows the Rust
code (`BertNormalizer`, `BertPreTokenizer`, `WordPiece`) character by character rather than BERT's Python original.

Greedy longest match: Wu et al., "Google's Neural Machine Translation System", 2016, arXiv:1609.08144.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from unicode8 import category

PAD, UNK = "[PAD]", "[UNK]"
PAD_ID, UNK_ID = 0, 1
CONTINUATION = "##"
MAX_INPUT_CHARS_PER_WORD = 100

# Special tokens are cut out of the raw text before it is normalised, as the Rust library does.
_SPECIAL = re.compile(r"(\[PAD\]|\[UNK\])")

# Unicode's White_Space property, which is what Rust's `char::is_whitespace` tests. Python's `str.isspace` also takes
# the four separators U+001C to U+001F, which the normaliser drops as control characters.
_WHITESPACE = frozenset(
    [*map(chr, range(0x09, 0x0E)), " ", "\x85", "\xa0", "\u1680", *map(chr, range(0x2000, 0x200B))]
    + ["\u2028", "\u2029", "\u202f", "\u205f", "\u3000"]
)

_CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


def _is_control(char: str) -> bool:
    return char not in "\t\n\r" and category(char) in ("Cc", "Cf", "Co", "Cs")


def _is_chinese(char: str) -> bool:
    return any(low <= ord(char) <= high for low, high in _CHINESE)


def _is_punctuation(char: str) -> bool:
    return char in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" or category(char).startswith("P")


@lru_cache(maxsize=1 << 16)
def _clean(char: str) -> str:
    """What `clean_text` and `handle_chinese_chars` make of one character."""
    if char in "\0\ufffd" or _is_control(char):
        return ""
    if char in _WHITESPACE:
        return " "
    return f" {char} " if _is_chinese(char) else char


@lru_cache(maxsize=1 << 16)
def _lower(char: str) -> str:
    """Accents gone and lower case, a character at a time: Rust knows no final sigma here."""
    return "" if category(char) == "Mn" else char.lower()


def normalise(text: str) -> str:
    """Cleaned, accents stripped, lower case."""
    cleaned = "".join(map(_clean, text))
    if cleaned.isascii():
        return cleaned.lower()
    return "".join(map(_lower, unicodedata.normalize("NFD", cleaned)))


@lru_cache(maxsize=1 << 16)
def _punctuation(char: str) -> bool:
    return _is_punctuation(char)


def split_words(normalised: str) -> list[str]:
    """Words between white space, every punctuation character a word of its own."""
    words: list[str] = []
    word: list[str] = []
    for char in normalised:
        space = char in _WHITESPACE
        if not space and not _punctuation(char):
            word.append(char)
            continue
        if word:
            words.append("".join(word))
            word = []
        if not space:
            words.append(char)
    if word:
        words.append("".join(word))
    return words


class WordPiece:
    """Text to ids, by a vocabulary of whole words and `##` continuations."""

    def __init__(self, vocabulary: list[str], max_chars: int = MAX_INPUT_CHARS_PER_WORD):
        if vocabulary[PAD_ID] != PAD or vocabulary[UNK_ID] != UNK:
            raise ValueError(f"a vocabulary begins with {PAD} and {UNK}, this one with {vocabulary[:2]}")
        self.vocabulary = vocabulary
        self._ids = {token: index for index, token in enumerate(vocabulary)}
        self._max_chars = max_chars
        self._longest = max(map(len, vocabulary))
        self._cache: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self.vocabulary)

    def encode(self, text: str) -> list[int]:
        ids: list[int] = []
        for part in _SPECIAL.split(text):
            if part in (PAD, UNK):
                ids.append(self._ids[part])
            else:
                for word in split_words(normalise(part)):
                    ids.extend(self.encode_word(word))
        return ids

    def encode_word(self, word: str) -> list[int]:
        """Ids of one normalised word; one [UNK] when any part of it has no entry."""
        known = self._cache.get(word)
        if known is None:
            known = self._cache[word] = self._match(word)
        return known

    def _match(self, word: str) -> list[int]:
        if len(word) > self._max_chars:
            return [UNK_ID]
        ids: list[int] = []
        start = 0
        while start < len(word):
            prefix = CONTINUATION if start else ""
            for end in range(min(len(word), start + self._longest), start, -1):
                found = self._ids.get(prefix + word[start:end])
                if found is not None:
                    break
            else:
                return [UNK_ID]
            ids.append(found)
            start = end
        return ids

    def save(self, file: Path) -> None:
        """Writes Hugging Face's `tokenizer.json`."""
        special = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        document = {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [{"id": self._ids[token], "content": token, **special} for token in (PAD, UNK)],
            "normalizer": {
                "type": "BertNormalizer",
                "clean_text": True,
                "handle_chinese_chars": True,
                "strip_accents": None,
                "lowercase": True,
            },
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": None,
            "decoder": {"type": "WordPiece", "prefix": CONTINUATION, "cleanup": True},
            "model": {
                "type": "WordPiece",
                "unk_token": UNK,
                "continuing_subword_prefix": CONTINUATION,
                "max_input_chars_per_word": self._max_chars,
                "vocab": self._ids,
            },
        }
        file.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> WordPiece:
        """Reads a `tokenizer.json` written by `save`."""
        model = json.loads(file.read_text(encoding="utf-8"))["model"]
        vocabulary = sorted(model["vocab"], key=model["vocab"].__getitem__)
        return cls(vocabulary, model["max_input_chars_per_word"])
