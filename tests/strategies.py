"""Hypothesis strategies: texts of the kind that reach the geoparser, and rougher ones."""

from hypothesis import strategies as st

NAMES = [
    *("Panmunjom", "Paju", "Kaesong", "Seoul", "Pyongyang", "DMZ", "MDL", "Cheorwon", "Ch'ŏrwŏn"),
    *(
        "Georgia",
        "Springfield",
        "Washington",
        "U.S.",
        "N.Y.",
        "ROK",
        "판문점",
        "평양에서",
        "북한군",
    ),
    *("North Korea", "South Korean", "New York", "Military Demarcation Line", "the South"),
]
GLUE = [
    *("in", "near", "from", "of", ",", ".", ";", "(", ")", "—", "-", "said", "accuses", "12 km"),
    *("north of", "the", "soldiers", "University", "Mr.", "Kim", "\n", "\n\n", "\u00a0", "🇰🇷"),
    *("'s", "’s", "about 50 metres south of", "_", "inter-Korean", "the border", "the capital"),
]

news = st.lists(st.sampled_from([*NAMES, *GLUE]), max_size=40).map(" ".join)
texts = st.one_of(news, st.text(max_size=200), st.tuples(news, st.text(max_size=20)).map("".join))
words = st.text(alphabet=st.characters(categories=("L", "M", "N", "P", "Z")), max_size=30)
