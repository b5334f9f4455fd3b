"""Learns the WordPiece vocabulary: byte-pair merges over word counts, then a cut to the entries that matching uses.

Merges leave steps behind that the greedy match never takes again ("reserv" once "reservation" is an entry). In a bag
of tokens such an entry is a wasted row, so more merges are made than needed and the entries used most are kept.

Byte-pair merges: Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword Units", ACL 2016.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict

from wordpiece import CONTINUATION, PAD, UNK, WordPiece

SIZE = 8192
OVERSHOOT = 1.5
# What a keyboard types, seen or not.
PRINTABLE = "".join(char for char in map(chr, range(33, 127)) if not char.isupper())
# Another character seen less often than this (a stray accent, an emoji) becomes [UNK].
MIN_CHARACTER_COUNT = 20


def learn(words: Counter[str], size: int = SIZE) -> list[str]:
    """The vocabulary of `size` entries for these weighted word counts; ties go by the entry's text."""
    alphabet = _alphabet(words)
    candidates = [PAD, UNK, *alphabet, *_merges(words, set(alphabet), int(size * OVERSHOOT) - len(alphabet) - 2)]
    uses = _uses(words, candidates)
    room = size - len(alphabet) - 2
    longer = sorted(candidates[len(alphabet) + 2 :], key=lambda entry: (-uses[entry], entry))[:room]
    return [PAD, UNK, *alphabet, *longer]


def _alphabet(words: Counter[str]) -> list[str]:
    """Every frequent character, at the start of a word and within one, so that known letters never give [UNK]."""
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for char in word:
            counts[char] += count
    frequent = {char for char, count in counts.items() if count >= MIN_CHARACTER_COUNT}
    characters = sorted(frequent | set(PRINTABLE))
    inner = sorted({char for word in words if len(word) > 1 for char in word[1:]} & set(characters))
    return characters + [CONTINUATION + char for char in inner]


def _uses(words: Counter[str], vocabulary: list[str]) -> Counter[str]:
    tokenizer = WordPiece(vocabulary)
    uses: Counter[str] = Counter()
    for word, count in words.items():
        for index in tokenizer.encode_word(word):
            uses[vocabulary[index]] += count
    return uses


def _merges(words: Counter[str], alphabet: set[str], wanted: int) -> list[str]:
    pieces: list[list[str]] = []
    weights: list[float] = []
    for word, count in words.items():
        split = [word[0], *(CONTINUATION + char for char in word[1:])]
        if all(piece in alphabet for piece in split):
            pieces.append(split)
            weights.append(count)

    counts: dict[tuple[str, str], float] = defaultdict(float)
    holders: dict[tuple[str, str], set[int]] = defaultdict(set)
    for index, split in enumerate(pieces):
        for pair in zip(split, split[1:]):
            counts[pair] += weights[index]
            holders[pair].add(index)

    heap = [(-count, pair) for pair, count in counts.items()]
    heapq.heapify(heap)
    merged: dict[str, None] = {}
    while heap and len(merged) < wanted:
        negative, pair = heapq.heappop(heap)
        if counts.get(pair, 0) != -negative or not counts[pair]:
            continue  # an old count; the pair's present one is in the heap as well
        entry = pair[0] + pair[1][len(CONTINUATION) :]
        merged[entry] = None
        changed = set()
        for index in holders.pop(pair):
            old = pieces[index]
            new = _merge(old, pair, entry)
            for gone in zip(old, old[1:]):
                counts[gone] -= weights[index]
                changed.add(gone)
            for come in zip(new, new[1:]):
                counts[come] += weights[index]
                holders[come].add(index)
                changed.add(come)
            pieces[index] = new
        counts.pop(pair, None)
        changed.discard(pair)
        for other in changed:
            if counts[other] > 0:
                heapq.heappush(heap, (-counts[other], other))
    return list(merged)


def _merge(split: list[str], pair: tuple[str, str], entry: str) -> list[str]:
    merged: list[str] = []
    position = 0
    while position < len(split):
        if tuple(split[position : position + 2]) == pair:
            merged.append(entry)
            position += 2
        else:
            merged.append(split[position])
            position += 1
    return merged
