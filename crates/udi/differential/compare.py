"""Reads the same generated GS1 texts with `examples/parse` and with biip, and compares.

What is compared: the elements in their order, the dates (11) and (17), and whether a faulty
text is noticed. The two need not agree on what to do with a fault: biip refuses, this crate
keeps the text and warns. So a text that biip refuses must be refused or warned about here,
and a text that is read here without a doubt must be read by biip in the same way. Every
other difference has to be one of the REASONS.
"""

import argparse
import collections
import datetime
import json
import random
import re
import subprocess
import sys

import biip
from biip.gs1_messages import GS1Message

GS = "\x1d"
SET_82 = (
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "_abcdefghijklmnopqrstuvwxyz"
)
SETS = {
    "N": "0123456789",
    "X": SET_82,
    "Y": "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "Z": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
}

# Why the two may differ on a text that biip reads.
REASONS = {
    "completeness": "remarks on what should stand beside an element; biip has none",
    "lost separator": "a second reading is offered; biip has no such thing",
    "stricter": "a content rule of GS1's dictionary that biip does not check",
}
# Errors of biip on texts that may be read here without a doubt, and why.
EXCUSES = {
    "Failed to get GS1 Application Identifier": "an identifier that biip does not know",
    "Failed to parse GS1 AI (7007)": "biip wants both days of a harvest in order",
    "with GS1 AI (8010)": "biip wants room for a company prefix, GS1's dictionary does not",
    "with GS1 AI (4307)": "biip wants capitals in countries; lists of them are left out here",
    "with GS1 AI (4317)": "biip wants capitals in countries; lists of them are left out here",
}


def read_dictionary(path):
    """Lists (key, predefined length, components) of every identifier."""
    identifiers = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.split("#")[0]
            words = line.split()
            if not words or not words[0][0].isdigit():
                continue
            flags = words[1] if re.fullmatch(r"[*?]+", words[1]) else ""
            parts = [w for w in words[1:] if re.match(r"\[?[NXYZ](\.\.)?\d", w)]
            first, _, last = words[0].partition("-")
            for number in range(int(first), int(last or first) + 1):
                key = str(number).zfill(len(first))
                identifiers.append((key, "*" in flags, parts))
    return identifiers


def check_digit(digits):
    weighted = (int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-sum(weighted) % 10)


def check_pair(text):
    primes = [n for n in range(2, 512) if all(n % m for m in range(2, n))]
    weighted = (SET_82.index(c) * p for c, p in zip(reversed(text), primes))
    total = sum(weighted) % 1021
    set_32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return set_32[total // 32] + set_32[total % 32]


def component(rng, part):
    spec, *linters = part.replace("[", "").replace("]", "").split(",")
    kind, length = spec[0], spec[1:]
    if length.startswith(".."):
        length = rng.randint(1, min(int(length[2:]), 24))
        if "csumalpha" in linters:
            length = max(length, 6)
    length = int(length)
    day = datetime.date(1980, 1, 1) + datetime.timedelta(days=rng.randrange(30_000))
    values = {
        "yymmd0": day.strftime("%y%m%d"),
        "yymmdd": day.strftime("%y%m%d"),
        "yyyymmdd": day.strftime("%Y%m%d"),
        "hhmi": f"{rng.randrange(24):02}{rng.randrange(60):02}",
        "hh": f"{rng.randrange(24):02}",
        "mi": f"{rng.randrange(60):02}",
        "ss": f"{rng.randrange(60):02}",
        "iso3166": "528",
        "iso3166999": "528",
        "iso3166alpha2": "NL",
        "iso4217": "978",
        "pieceoftotal": "0203",
        "importeridx": "A",
        "latitude": f"{rng.randrange(1_800_000_000):010}",
        "longitude": f"{rng.randrange(3_600_000_000):010}",
        "iban": "GB29NWBK60161331926819",
        "posinseqslash": "1/2",
        "hyphen": "-",
        "mediatype": "08",
        "packagetype": "CT",
        "zero": "0",
        "yesno": "1",
        "winding": "9",
        "iso5218": "2",
        "pcenc": "".join(rng.choices("ABCxyz019._-", k=min(length, 12))),
    }
    for linter in linters:
        if linter in values:
            return values[linter]
    value = "".join(rng.choices(SETS[kind], k=length))
    if "csum" in linters:
        value = value[:-1] + check_digit(value[:-1])
    if "csumalpha" in linters:
        body = "A1" + value[2:-2]
        value = body + check_pair(body)
    if "nonzero" in linters or "nozeroprefix" in linters:
        value = "1" + value[1:]
    return value


def value_of(rng, parts):
    values = []
    for part in parts:
        if part.startswith("[") and rng.random() < 0.5:
            break
        values.append(component(rng, part))
    return "".join(values)


def generate(rng, identifiers):
    """One text, whole or damaged."""
    common = [i for i in identifiers if i[0] in ("01", "10", "11", "17", "21", "240", "30")]
    chosen = rng.sample(common, rng.randint(1, 5))
    if rng.random() < 0.5:
        chosen += rng.sample(identifiers, rng.randint(1, 3))
        rng.shuffle(chosen)
    # Each identifier once: what twice means is nobody's rule.
    chosen = list({i[0]: i for i in chosen}.values())
    text = ""
    for place, (key, predefined, parts) in enumerate(chosen):
        text += key + value_of(rng, parts)
        last = place + 1 == len(chosen)
        if not predefined and not last or rng.random() < 0.03:
            text += GS
    return damage(rng, text) if rng.random() < 0.4 else text


def damage(rng, text):
    at = rng.randrange(len(text))
    letter = rng.choice(SET_82 + "# ^{" + GS)
    return rng.choice(
        [
            text[:at] + letter + text[at + 1 :],
            text[:at] + letter + text[at:],
            text[:at] + text[at + 1 :],
            text[: max(at, 2)],
            text.replace(GS, "", 1),
        ]
    )


def read_with_biip(text):
    try:
        message = GS1Message.parse(text)
    except biip.ParseError as error:
        return None, str(error)
    elements = [[e.ai.ai, e.value] for e in message.element_strings]
    dates = {e.ai.ai: e.date.isoformat() for e in reversed(message.element_strings) if e.date}
    faults = [
        fault
        for e in message.element_strings
        for fault in (e.gtin_error, e.sscc_error, e.gln_error)
        if fault
    ]
    return {"elements": elements, "dates": dates, "faults": faults}, None


def doubts(warnings):
    """The kinds of the warnings, by their words."""
    kinds = set()
    for warning in warnings:
        if "should stand beside" in warning or "must not stand on one item" in warning:
            kinds.add("completeness")
        elif "separator may be missing" in warning:
            kinds.add("lost separator")
        else:
            kinds.add("stricter")
    return kinds


def compare(text, ours, theirs, error, tally):
    """Returns what is wrong, or None."""
    kinds = doubts(ours["warnings"])
    read = ours["agency"] is not None
    if theirs is None:
        if not read:
            tally["both refuse"] += 1
        elif kinds & {"stricter", "lost separator"}:
            tally["biip refuses, we warn"] += 1
        else:
            excuse = next((EXCUSES[e] for e in EXCUSES if e in error), None)
            if excuse is None:
                return f"biip refuses ({error}), we read without a doubt"
            tally[excuse] += 1
        return None
    if not read:
        return "biip reads, we refuse"
    if ours["elements"] != theirs["elements"]:
        if "stricter" in kinds:
            tally["cut differently, and we warn"] += 1
            return None
        return "the elements differ"
    for key, field in (("17", "expiry"), ("11", "manufactured")):
        if key in theirs["dates"] and ours[field] != theirs["dates"][key]:
            return f"the date ({key}) differs"
    if theirs["faults"] and "stricter" not in kinds:
        return f"biip finds a fault ({theirs['faults'][0]}), we do not"
    for kind in kinds:
        tally[f"same reading, and: {kind}"] += 1
    if not kinds:
        tally["same reading"] += 1
    return None


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--parse", required=True)
    arguments.add_argument("--dictionary", required=True)
    arguments.add_argument("--seed", type=int, default=20261123)
    arguments.add_argument("--cases", type=int, default=20_000)
    options = arguments.parse_args()
    rng = random.Random(options.seed)
    identifiers = read_dictionary(options.dictionary)
    texts = [generate(rng, identifiers) for _ in range(options.cases)]
    today = datetime.date.today().isoformat()
    lines = "".join(f"]C1{text}\n" for text in texts)
    run = subprocess.run(
        [options.parse, "--today", today],
        input=lines.encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    readings = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(readings) == len(texts), "one line in, one line out"
    tally = collections.Counter()
    wrong = 0
    for text, ours in zip(texts, readings):
        theirs, error = read_with_biip(text)
        problem = compare(text, ours, theirs, error, tally)
        if problem:
            wrong += 1
            if wrong <= 20:
                print(f"{text!r}: {problem}\n  ours   {ours}\n  theirs {theirs}")
    print(f"seed {options.seed}, {options.cases} texts, biip {biip.__version__}")
    for kind, count in tally.most_common():
        reason = REASONS.get(kind.rpartition(": ")[2], "")
        print(f"{count:7}  {kind}{' (' + reason + ')' if reason else ''}")
    print(f"{wrong:7}  differences without a reason")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
