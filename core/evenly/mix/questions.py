"""Does a text ask something? By the marks of its script, read where sentences end.

Sources: Unicode names of the marks (https://www.unicode.org/charts/); Greek asks with ";" (U+037E is the same sign); French puts a no-break
space before the mark; Japanese and Chinese also ask by the last word of a sentence.
"""

from __future__ import annotations

import regex

from evenly.mix import text

# After the mark may follow what closes a sentence: quotes, brackets, emoji.
_CLOSERS = r"[\"'”’»«）)\]」』›\p{Extended_Pictographic}\u200d\ufe0f\p{Emoji_Modifier}!…]"
_ANYWHERE = regex.compile(r"[？︖؟՞፧꘏⸮¿⁇‽⁈⁉]")
_ASKED = regex.compile(rf"(?P<mark>\?[?!]*)(?P<closers>(?:{_CLOSERS}| [»›])*)(?=\s|\Z|\?)")
_ALONE = regex.compile(r"[(（][?？][)）]")
_GREEK_MARK = regex.compile(rf";{_CLOSERS}*(?=\s|\Z)")
_QUOTE_ENDS = regex.compile(r"[\"”’»)\]]")
_GOES_ON = regex.compile(r"\s*[,–—-]?\s*\p{Ll}")
_LAST_WORD = regex.compile(rf"(?:(?:です|ます|でしょう|ません)か|かな|吗|嗎)[。.!！~～…]*{_CLOSERS}*(?=\s|\Z|[。])")
_SENTENCE = regex.compile(r"[^.!?。？！؟;\n]*\Z")
_KANA_OR_HAN = regex.compile(r"[\p{Hiragana}\p{Katakana}\p{Han}]")
_MARK_OR_END = regex.compile(r"[?？؟;]|\Z")
_GREEK = regex.compile(r"\p{Greek}")
_LETTER = regex.compile(r"\p{L}")


def question(written: str) -> str | None:
    """The first question of a text, as its author wrote it; None: it asks nothing.

    Marks inside links, handles, hashtags and code do not count, nor does a "(?)", nor a quoted question in the middle of a sentence.
    """
    spoken = _ALONE.sub(" ", text.visible(text.said(written)))
    for line in spoken.splitlines():
        if _LETTER.search(line) and (at := _mark(line)) is not None:
            return _sentence(line, at)
    return None


def _mark(line: str) -> int | None:
    """Where the line asks: the place of the mark."""
    if (anywhere := _ANYWHERE.search(line)) is not None:
        return anywhere.start()
    for asked in _ASKED.finditer(line):
        if not _is_quoted_inside(line, asked):
            return asked.start()
    if (last := _LAST_WORD.search(line)) is not None and _KANA_OR_HAN.search(line):
        return last.start()
    greek = _GREEK_MARK.search(line)
    return greek.start() if greek is not None and _is_greek(line[: greek.start()]) else None


def _is_quoted_inside(line: str, asked: regex.Match[str]) -> bool:
    """Whether the mark stands in quotes or brackets and the sentence goes on behind them."""
    return bool(_QUOTE_ENDS.search(asked["closers"])) and _GOES_ON.match(line, asked.end()) is not None


def _is_greek(sentence: str) -> bool:
    return 2 * len(_GREEK.findall(sentence)) > len(_LETTER.findall(sentence))


def _sentence(line: str, at: int) -> str:
    before = _SENTENCE.search(line, 0, at)
    end = _MARK_OR_END.search(line, at)
    return line[before.start() if before else 0 : end.end() if end else None].strip()
