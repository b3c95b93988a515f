# SPDX-License-Identifier: BSD-2-Clause
"""From the text of a description to its tokens.

    name      embox.cmd.net.httpd     one token, dots and a final .* included; ^ before a part escapes
    string    "one line"              escapes \\r \\n \\t \\' \\" \\\\; a carriage return is dropped
              '''several lines'''     as it stands, except for \\' and \\\\
    number    12  1.5  0x10           hexadecimal becomes decimal; 64 bits at most
    mark      @ ( ) { } , =           anything else stops the reading
"""

import re
from dataclasses import dataclass
from pathlib import Path

from problem import Place, Problem

_PART = r"\^?[A-Za-z_][A-Za-z0-9_]*"
_TOKEN = re.compile(
    rf"""
    (?P<blank>   \s+ | //[^\n]* | /\*.*?\*/ )
  | (?P<name>    {_PART}(?:[ \t]*\.[ \t]*{_PART})*(?:\.\*)? )
  | (?P<long>    '''(?:[^'\\]|\\.|'{{1,2}}(?!'))*''' )
  | (?P<string>  "(?:[^"\\\n]|\\.)*" )
  | (?P<number>  0[xX][0-9A-Fa-f]+ | [0-9]+(?:\.[0-9]+)? )
  | (?P<mark>    [@(){{}},=] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"r": "", "n": "\n", "t": "\t"}
_UNENDED = {
    '"': ("this string does not end on its line", "close it with \", or use '''…''' for several lines"),
    "'": ("this string does not end", "close it with '''"),
    "/*": ("this comment does not end", "close it with */"),
}


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # name, string, number, a mark itself, or end
    text: str  # of a string, its contents
    line: int

    def __str__(self) -> str:
        if self.kind == "end":
            return "the end of the file"
        return f'"{self.text}"' if self.kind == "string" else f"'{self.text}'"


def tokenize(text: str, file: Path) -> list[Token]:
    """All tokens of a file, and one of kind "end"."""
    tokens, at, line = [], 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at, Place(file, line))
        kind, word = match.lastgroup, match[0]
        if kind == "number":
            word = _number(word, Place(file, line))
        if kind != "blank":
            tokens.append(_token(kind, word, line))
        line += word.count("\n")
        at = match.end()
    tokens.append(Token("end", "", line))
    return tokens


def _token(kind: str, word: str, line: int) -> Token:
    if kind == "name":
        return Token("name", re.sub(r"[\^\s]", "", word), line)
    if kind == "long":
        return Token("string", re.sub(r"\\(['\\])", r"\1", word[3:-3]), line)
    if kind == "string":
        body = re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), word[1:-1])
        return Token("string", body, line)
    return Token("number" if kind == "number" else word, word, line)


def _number(word: str, place: Place) -> str:
    """As it will stand in C: hexadecimal in decimal, all else as it is."""
    is_hex = word[:2] in ("0x", "0X")
    digits = (word[2:] if is_hex else word.partition(".")[0]).lstrip("0") or "0"
    if len(digits) > 20 or int(digits, 16 if is_hex else 10) >> 64:
        raise Problem(place, f"{word[:24]} has more than 64 bits", "write a smaller number")
    if re.match(r"0[0-7]*[89]", word):
        raise Problem(place, f"{word[:24]} begins with 0, so it is octal for C, and has an 8 or a 9",
                      "remove the 0 at its beginning")
    return str(int(digits, 16)) if is_hex else word


def _unreadable(text: str, at: int, place: Place) -> Problem:
    for opening, (reason, advice) in _UNENDED.items():
        if text.startswith(opening, at):
            return Problem(place, reason, advice)
    sign = f"'{text[at]}'" if text[at].isprintable() else f"the character {ord(text[at]):#04x}"
    return Problem(place, f"{sign} has no meaning here",
                   "remove it: a description has names, strings, numbers and @ ( ) { } , =")
