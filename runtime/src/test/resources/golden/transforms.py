"""Reference values of the text, target-mean and date-time transforms, by scikit-learn and Python's standard library.

Writes transforms.json to standard output. Needs Python 3.9+ and scikit-learn 1.3+.
"""
import datetime as dt
import json
import unicodedata
import zoneinfo

import numpy as np
import sklearn
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer
from sklearn.preprocessing import TargetEncoder
from sklearn.utils import murmurhash3_32

TEXTS = [
    "Sunny 3 bedroom house with a large garden and a garage",
    "Cosy flat near the river, no garage, great view",
    "House with garden, garden, GARDEN!",
    "Loft in the old harbour; exposed brick & beams",
    "3 bd / 2 ba, sq.ft 1,450 -- remodelled kitchen",
    "Maison ensoleillée près de la plage, très calme",
    "Große Wohnung in ruhiger Straße, frisch renoviert",
    "ΟΔΥΣΣΕΥΣ και ΣΊΣΥΦΟΣ στην Αθήνα",
    "İstanbul'da deniz manzaralı daire",
    "東京の新しいアパート 駅から5分",
    "शानदार घर बगीचे के साथ",
    "new \U0001F3E0 with \U0001F333\U0001F333 and snake_case_word",
    "a",
    "!!! ???",
    "x\u00a0y\u2028z\tw\u0085v e\u0301te\u0301 \u216b \u00bd",
    "flat flat flat flat flat flat near river river garden",
    "no garage no garden no view no river",
    "large large house old house",
]
UNSEEN = ["quick brown fox", "garden with a view of the zzyzx", "House   house\nHOUSE", "_", "garage-garden river"]


def lower(text):
    return "".join(c.lower()[0] for c in text)


def words(text):
    found, word = [], ""
    for c in text + " ":
        if c == "_" or unicodedata.category(c)[0] in "LMN":
            word += c
        elif word:
            found.append(word)
            word = ""
    return found


def bucket(gram, seed, buckets):
    return abs(murmurhash3_32(gram, seed=seed)) % buckets


def counts(texts, case):
    matrix = np.zeros((len(texts), case["buckets"]))
    prepare = lower if case["lower_case"] else str
    analyzers = []
    if case["word"][1]:
        analyzers.append((0, CountVectorizer(tokenizer=words, token_pattern=None, lowercase=False,
                                             ngram_range=tuple(case["word"])).build_analyzer()))
    if case["char"][1]:
        analyzers.append((1, CountVectorizer(analyzer="char_wb", lowercase=False,
                                             ngram_range=tuple(case["char"])).build_analyzer()))
    for row, text in enumerate(texts):
        for seed, analyzer in analyzers:
            for gram in analyzer(prepare(text)):
                matrix[row, bucket(gram, seed, case["buckets"])] += 1
    return matrix


def text_case(name, word, char, buckets, lower_case, sublinear, outputs):
    case = dict(name=name, word=word, char=char, buckets=buckets, lower_case=lower_case, sublinear=sublinear,
                outputs=outputs)
    training = counts(TEXTS, case)
    tfidf = TfidfTransformer(sublinear_tf=sublinear, smooth_idf=True, norm="l2").fit(training)
    idf = np.where(training.sum(axis=0) > 0, tfidf.idf_, 0).astype(np.float32)
    tfidf.idf_ = idf.astype(np.float64)
    weighted = tfidf.transform(training)
    svd = TruncatedSVD(outputs, algorithm="arpack", random_state=0).fit(weighted)
    components = svd.components_.astype(np.float32)
    both = TEXTS + UNSEEN
    expected = tfidf.transform(counts(both, case)) @ components.astype(np.float64).T
    raw = counts(both, case)
    case["texts"] = [dict(text=t, buckets={str(b): int(raw[i, b]) for b in np.flatnonzero(raw[i])},
                          slots=[float(np.float32(v)) for v in expected[i]]) for i, t in enumerate(both)]
    case["training"] = len(TEXTS)
    case["idf"] = {str(b): float(idf[b]) for b in np.flatnonzero(idf)}
    case["components"] = [[float(v) for v in row[np.flatnonzero(idf)]] for row in components]
    case["singular_values"] = [float(v) for v in svd.singular_values_]
    return case


def check_against_hashing_vectorizer():
    """The word half is HashingVectorizer itself."""
    case = dict(word=[1, 2], char=[0, 0], buckets=1024, lower_case=False)
    theirs = HashingVectorizer(n_features=1024, alternate_sign=False, norm=None, tokenizer=words, token_pattern=None,
                               lowercase=False, ngram_range=(1, 2)).transform(TEXTS).toarray()
    assert (counts(TEXTS, case) == theirs).all()


def target_means():
    levels = ["flat", "house", "loft", "castle"]
    rng = np.random.default_rng(7)
    x = rng.choice(levels, size=60, p=[0.4, 0.35, 0.2, 0.05])
    cases = []
    y = np.round(rng.normal(100, 20, 60) + 10 * (x == "house"), 3)
    for smooth in (1.0, 20.0):
        encoder = TargetEncoder(categories=[levels], smooth=smooth, target_type="continuous")
        encoder.fit(x.reshape(-1, 1), y)
        cases.append(dict(smooth=smooth, levels=levels, x=list(map(str, x)), y=list(map(float, y)),
                          prior=[float(y.mean())], means=[[float(v)] for v in encoder.encodings_[0]]))
    labels = rng.integers(0, 3, 60)
    encoder = TargetEncoder(categories=[levels], smooth=5.0, target_type="multiclass")
    encoder.fit(x.reshape(-1, 1), labels)
    means = [[float(encoder.encodings_[k][i]) for k in range(3)] for i in range(4)]
    cases.append(dict(smooth=5.0, levels=levels, x=list(map(str, x)), y=list(map(float, labels)), classes=3,
                      prior=[float((labels == k).mean()) for k in range(3)], means=means))
    return cases


def date_case(zone, text, when):
    local = when.astimezone(dt.timezone.utc).astimezone(zoneinfo.ZoneInfo(zone))
    naive = local.replace(tzinfo=None)
    epoch = dt.datetime(1970, 1, 1)
    utc = when.astimezone(dt.timezone.utc).replace(tzinfo=None)
    return dict(zone=zone, text=text, epoch_ms=(utc - epoch) // dt.timedelta(milliseconds=1), parts=[
        local.year, local.month, local.day, local.isoweekday(), local.timetuple().tm_yday, local.hour, local.minute,
        local.second, local.isocalendar()[1], (local.month + 2) // 3, int(local.isoweekday() >= 6),
        float(np.float32((naive - epoch) / dt.timedelta(days=1)))])


def dates():
    zones = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"]
    aware = ["2024-02-29T12:34:56Z", "1999-12-31T23:59:59.999+00:00", "2021-01-03T00:00:00-05:00",
             "1970-01-01T00:00:00+00:00", "1969-12-31T23:59:59.5+00:00", "2026-03-29T01:30:00+00:00",
             "2020-12-31T18:30:00+05:30", "2099-07-04T04:05:06.007+00:00"]
    local = ["2024-02-29", "2024-03-31 02:30", "2024-10-27T02:30:00", "2024-03-10T02:30", "2024-11-03 01:30:15.123456",
             "2016-01-01", "2022-06-15T13:14:15"]
    cases = []
    for zone in zones:
        for text in aware:
            cases.append(date_case(zone, text, dt.datetime.fromisoformat(text.replace("Z", "+00:00"))))
        for text in local:
            naive = dt.datetime.fromisoformat(text)
            cases.append(date_case(zone, text, naive.replace(tzinfo=zoneinfo.ZoneInfo(zone), fold=0)))
    return cases


def main():
    check_against_hashing_vectorizer()
    hashes = [dict(text=t, seed=s, hash=int(murmurhash3_32(t, seed=s)))
              for t in ["", "a", "ab", "abc", "abcd", "abcde", "hello world", "é", "日本語", "\U0001F600", "x" * 99]
              for s in (0, 1, 42)]
    json.dump(dict(
        made_with=f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        hashes=hashes,
        text=[
            text_case("words", [1, 2], [0, 0], 256, True, False, 3),
            text_case("characters", [0, 0], [2, 4], 512, True, True, 4),
            text_case("both, case kept", [1, 1], [3, 3], 128, False, True, 2),
            text_case("one character", [1, 3], [1, 2], 16, True, False, 2),
        ],
        target_means=target_means(),
        dates=dates()), __import__("sys").stdout, ensure_ascii=True, separators=(",", ":"))


main()
