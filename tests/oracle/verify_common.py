"""What verify.py and its parts (verify_move.py, verify_lend.py, verify_desk.py) share."""

import calendar
import hashlib
import re
import time


class Refused(Exception):
    """Input that is not what FORMATS.md demands; the message says where."""


class Skip(Exception):
    """An act cannot be applied: an object it needs does not exist."""


OFFICER = frozenset(("administrator", "centre_manager"))
RE_TIME = re.compile(r"(20[0-9]{2})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")
RE_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def sha(data):
    return hashlib.sha256(data).digest()


def parse_time(text):
    """Seconds since 1970 of a time of FORMATS.md, or None."""
    m = RE_TIME.fullmatch(text) if isinstance(text, str) else None
    if not m:
        return None
    y, mo, d, h, mi, s = (int(g) for g in m.groups())
    if not 1 <= mo <= 12 or not 1 <= d <= calendar.monthrange(y, mo)[1]:
        return None
    if h > 23 or mi > 59 or s > 59:
        return None
    return calendar.timegm((y, mo, d, h, mi, s))


def parse_date(text):
    """Days since 1970 of a date `YYYY-MM-DD` that exists, or None."""
    if not isinstance(text, str) or not RE_DATE.fullmatch(text):
        return None
    t = parse_time(text + "T00:00:00Z")
    return None if t is None else t // 86400


def show_time(t):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(t))


def local_day(t, offset_min):
    """The day, counted from 1970, on which this moment falls for the office."""
    return (t + offset_min * 60) // 86400


def months_later(day, months):
    """The same day of a later month, or that month's last."""
    y, mo, d = time.gmtime(day * 86400)[:3]
    y, mo = y + (mo - 1 + months) // 12, (mo - 1 + months) % 12 + 1
    return calendar.timegm((y, mo, min(d, calendar.monthrange(y, mo)[1]), 0, 0, 0)) // 86400


# The type language of FORMATS.md section 11, as schema/acts.json writes it.

def an_int(low, high, null=False):
    out = {"type": "int", "min": low, "max": high}
    if null:
        out["null"] = True
    return out


def an_enum(*values):
    return {"type": "enum", "values": list(values)}


def a_list(key, low, high=1024, **of):
    return {"type": "list", "of": of, "key": key, "min": low, "max": high}


def an_object(null=False, **of):
    out = {"type": "object", "of": of}
    if null:
        out["null"] = True
    return out


def a_set(kind, low):
    return {"type": kind, "min": low}
