#!/usr/bin/python3
"""An independent verifier for custody exports, written from schema/FORMATS.md alone.

It shares no line with the C program.  Where the two disagree over an export, at least one of
them reads FORMATS.md wrongly; that is what it is for.  It needs Python 3.11 and
python3-cryptography (used for the bare Ed25519 equation only; which keys and which R values
are acceptable is decided here, in plain integers).

    verify.py EXPORT_DIR [--trust FILE] [--known FILE ...] [--openings FILE]
              [--acts schema/acts.json] [--now TIME] [--json]

Exit: 0 verified, 3 failed, 6 incomplete, 2 usage.
"""

import argparse
import base64
import functools
import hashlib
import hmac
import json
import os
import re
import sys
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from verify_common import (OFFICER, Refused, Skip, a_list, a_set, an_enum, an_int, an_object,
                           parse_date, parse_time, sha, show_time)
from verify_folder import FOLDERS_BACK, FolderActs
from verify_folder_table import (FIELDS_2, FOLDER_ACTS, INTS_2, LISTS_2, check_policy_2,
                                 loosens_2)
from verify_lend import ENGINEERS, WEEKDAYS, LendActs
try:
    from verify_desk import DeskActs
except ModuleNotFoundError:
    class DeskActs:
        """Stands in while verify_desk.py is not there."""

# ---------------------------------------------------------------------- Ed25519 points

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def _recover_x(y, sign):
    """x of the curve point with this y and sign bit, or None when there is none."""
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P != 0:
        x = x * SQRT_M1 % P
        if (v * x * x - u) % P != 0:
            return None
    if x == 0 and sign:
        return None
    return P - x if x & 1 != sign else x


def _add(p, q):
    """Extended coordinates, the complete addition law for a = -1."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _mul(k, p):
    r = (0, 1, 1, 0)
    while k:
        if k & 1:
            r = _add(r, p)
        p = _add(p, p)
        k >>= 1
    return r


def _is_identity(p):
    return p[0] % P == 0 and (p[1] - p[2]) % P == 0


def _small_order_ys():
    """The y coordinates of the eight points of order 1, 2, 4 and 8, by computing them."""
    ys = {0, 1, P - 1}
    # A point of order 8 doubles to one of order 4, that is to y = 0: there y^2 = -x^2, and
    # with the curve equation d*y^4 + 2*y^2 - 1 = 0.
    disc = (1 + D) % P
    root = pow(disc, (P + 3) // 8, P)
    if root * root % P != disc:
        root = root * SQRT_M1 % P
    if root * root % P != disc:
        raise AssertionError("1 + d is a square modulo p")
    for r in (root, P - root):
        y2 = (r - 1) * pow(D, P - 2, P) % P
        y = pow(y2, (P + 3) // 8, P)
        if y * y % P != y2:
            y = y * SQRT_M1 % P
        if y * y % P == y2:
            ys |= {y, P - y}
    return frozenset(ys)


SMALL_Y = _small_order_ys()
_point_cache = {}


def point_is_valid(raw):
    """Canonical y, on the curve, and in the prime-order subgroup without the identity."""
    known = _point_cache.get(raw)
    if known is not None:
        return known
    good = False
    n = int.from_bytes(raw, "little")
    y, sign = n & (2**255 - 1), n >> 255
    if len(raw) == 32 and y < P and y not in SMALL_Y:
        x = _recover_x(y, sign)
        if x is not None:
            good = _is_identity(_mul(L, (x, y, 1, x * y % P)))
    _point_cache[raw] = good
    return good


_key_cache = {}


@functools.lru_cache(maxsize=10000)  # ledgers of a set of tests begin with the same entries
def signature_is_good(pub, sig, message):
    """FORMATS.md section 1: valid point, and what libsodium's detached verify accepts."""
    if len(sig) != 64 or not point_is_valid(pub):
        return False
    if int.from_bytes(sig[32:], "little") >= L:
        return False
    if (int.from_bytes(sig[:32], "little") & (2**255 - 1)) % P in SMALL_Y:
        return False
    key = _key_cache.get(pub)
    if key is None:
        key = _key_cache[pub] = Ed25519PublicKey.from_public_bytes(pub)
    try:
        key.verify(sig, message)
    except InvalidSignature:
        return False
    return True


# ---------------------------------------------------------------------- small encodings

EMPTY_ROOT = sha(b"")
RE_B64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def unbase64(text):
    """Strict standard base64 with zero trailing bits; None when it is not."""
    if not isinstance(text, str) or not RE_B64.fullmatch(text):
        return None
    raw = base64.b64decode(text)
    return raw if base64.b64encode(raw).decode() == text else None


# ---------------------------------------------------------------------- canonical JSON

CHARS = (
    "\u0020-\u007e\u00a1-\u00ac\u00ae-\u017f\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2116"
    "\u2160-\u216b\u2460-\u2473\u2103\u3001-\u3003\u3007-\u3011\u3014\u3015\u33a1\u3400-\u4dbf"
    "\u4e00-\u9fff\U00020000-\U0002f7ff\U00030000-\U0003134f\uff01-\uff5e\uffe5"
)
RE_STRING = re.compile("[" + CHARS.replace("\\", "\\\\") + "]*")
RE_KEY = re.compile("[a-z0-9_]+")
MAX_INT = 2**53 - 1


def _pairs(pairs):
    out = {}
    for key, value in pairs:
        if key in out:
            raise Refused("the member %.40r stands twice" % key)
        out[key] = value
    return out


def _no_number(text):
    raise Refused("%.20s is not an integer" % text)


def canonicalise(value, depth=1, long_strings=False):
    """The one byte form of a value; Refused when the value has none."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None:
        return "null"
    if isinstance(value, int):
        if abs(value) > MAX_INT:
            raise Refused("an integer is beyond 2^53-1")
        return str(value)
    if isinstance(value, str):
        if len(value) > 2000 and not long_strings:
            raise Refused("a string is longer than 2,000 characters")
        if not RE_STRING.fullmatch(value):
            raise Refused("a string has a character outside the list")
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if depth > 8:
        raise Refused("nested deeper than 8")
    if isinstance(value, list):
        return "[" + ",".join(canonicalise(v, depth + 1, long_strings) for v in value) + "]"
    if isinstance(value, dict):
        parts = []
        for key in sorted(value):
            if not RE_KEY.fullmatch(key):
                raise Refused("a member name is not [a-z0-9_]+")
            parts.append('"%s":%s' % (key, canonicalise(value[key], depth + 1, long_strings)))
        return "{" + ",".join(parts) + "}"
    raise Refused("a value of no JSON kind")


def parse_canonical(data, long_strings=False):
    """Parse bytes that equal their own canonical form; Refused otherwise."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_pairs,
                           parse_float=_no_number, parse_constant=_no_number)
        again = canonicalise(value, 1, long_strings).encode("utf-8")
    except Refused:
        raise
    except (ValueError, RecursionError) as err:
        raise Refused("not JSON: %s" % type(err).__name__) from None
    if again != data:
        raise Refused("the bytes differ from their canonical form")
    return value


# ---------------------------------------------------------------------- act structures

ROLES = frozenset("""key_custodian engineering_custodian duty archive_custodian service_staff
supervisor centre_manager engineering_manager engineering_supervisor administrator auditor
witness staff""".split())
ANY_APPROVER = frozenset(("supervisor", "engineering_manager", "engineering_supervisor",
                          "centre_manager"))
TAG = "0-9A-HJKMNP-TV-Z"
PATTERNS = {
    "handle": re.compile("[a-z][a-z0-9-]{0,31}"),
    "staff_no": re.compile("[0-9A-Z-]{1,16}"),
    "code": re.compile("[a-z][a-z0-9_]{0,31}"),
    "place": re.compile("[0-9A-Z][0-9A-Z.-]{0,31}"),
    "item": re.compile("[KRHFBSPV][%s]{8}" % TAG),
    "party": re.compile("P[%s]{8}" % TAG),
    "holder": re.compile("[a-z][a-z0-9-]{0,31}|P[%s]{8}" % TAG),
    "id": re.compile("[0-9a-f]{64}"),
    "pubkey": re.compile("[0-9a-f]{64}"),
    "label": re.compile(".{1,80}", re.S),
    "text": re.compile(".{1,200}", re.S),
    "vkey": re.compile(".{1,400}", re.S),
    "noun": re.compile(r"[a-z]+\.[a-z]+"),
    "rule": re.compile("[A-Z][0-9]{1,2}a?"),
    "thing": re.compile("F[%s]{8}(?:[.][1-9][0-9]{0,3})?" % TAG),
    "subject": re.compile("[0-9a-f]{32}"),
}
RE_ACT = re.compile(r"[a-z]+\.[a-z]+/[1-9][0-9]{0,3}")
RE_HEX32 = re.compile("[0-9a-f]{32}")
RE_HEX64 = PATTERNS["id"]


LINE_ACTS = ("folder.file/1", "folder.open/1", "key.add/1", "lock.add/1", "opening.balance/1",
             "person.enrol/1", "place.add/1", "storage.add/1")
_TWO = {"sheet": "text?", "terminals": an_int(1, 16)}
_HEAD = an_object(root="id", size=an_int(1, MAX_INT))
_RECEIPT = dict(image="sealed?", kind=an_enum("credential", "paper", "screen", "thumb"),
                slip="text?", unsigned_reason="code?")

ACTS = {
    "site.found/1": dict(
        founders=a_list("handle", 3, 16, credential="pubkey", handle="handle", proof="sig",
                       roles="roles", staff_no="staff_no"),
        log="vkey", name="label", origin="label", policy="policy",
        utc_offset_min=an_int(-720, 840), **_TWO),
    "ledger.succeed/1": dict(
        log="vkey", old=an_object(head_known=_HEAD, head_left=_HEAD, ledger="id"),
        origin="label", reason="code", **_TWO),
    "log.rotate/1": dict(log="vkey", proof="sig", **_TWO),
    "person.enrol/1": dict(credential="pubkey?", handle="handle", name="sealed?",
                           proof="sig?", roles="roles", staff_no="staff_no", **_TWO),
    "credential.add/1": dict(credential="pubkey", fingerprint_card="text?", handle="handle",
                             proof="sig", reason=an_enum("first", "add", "lost"), **_TWO),
    "credential.revoke/1": dict(keyid="id", reason="code", suspect_from="time?"),
    "role.grant/1": dict(handle="handle", roles="roles", **_TWO),
    "role.revoke/1": dict(handle="handle", roles="roles"),
    "person.suspend/1": dict(handle="handle", reason="code"),
    "person.reinstate/1": dict(handle="handle", **_TWO),
    "role.delegate/1": {"end": "time", "from": "handle", "reason": "code", "roles": "roles",
                        "start": "time", "to": "handle", **_TWO},
    "policy.set/1": dict(policy="policy", start="time", **_TWO),
    "request.open/1": {"for": "noun", "items": a_set("items", 0),
                       "party": "holder?", "purpose": "code",
                       "window": an_object(end="time", start="time")},
    "request.approve/1": dict(limits=an_object(count=an_int(1, 1000), until="time"), request="id"),
    "request.reject/1": dict(reason="code", request="id"),
    "request.cancel/1": dict(reason="code", request="id"),
    "act.correct/1": dict(act="id", note="sealed?", reason="code", **_TWO),
    "act.ratify/1": dict(act="id", **_TWO),
    "place.add/1": dict(places=a_list(
        "code", 1, code="place",
        kind=an_enum("area", "building", "unit", "floor", "home", "room"),
        label="label", parent="place?"), **_TWO),
    "lock.add/1": dict(locks=a_list("code", 1, code="place", kind="code", label="label",
                                   place="place"), **_TWO),
    "key.add/1": dict(desk="code", keys=a_list(
        "item", 1, item="item", copy=an_int(1, 999), label="label", locks=a_set("places", 1),
        ring=an_object(True, item="item", label="label")), **_TWO),
    "import.line/1": dict(act="act", body="line"),
    "import.close/1": dict(act="act", lines="ids", **_TWO),
    "party.add/1": dict(
        name="sealed", party="party", phone="sealed?",
        relation=an_enum("owner", "tenant", "relative", "agent", "contractor", "visitor",
                       "developer"),
        unit="place?"),
    "key.lend/1": dict(approval="id?", desk="code", due="time", event_at="time?",
                       items=a_set("items", 1), late="code?", on_behalf="label", purpose="code",
                       receipt=an_object(**_RECEIPT), receiver="holder", **_TWO),
    "key.return/1": dict(by_whom="holder?", condition=an_enum("damaged", "ok"), desk="code",
                         event_at="time?", items=a_set("items", 1), late="code?",
                         receipt=an_object(True, **_RECEIPT), **_TWO),
    "key.refuse/1": dict(asked=an_object(items=a_set("items", 1), purpose="code",
                                       receiver="holder?"), rule="rule"),
}


def load_acts(path):
    """The act table as the build writes it: {name/version: {"fields": {...}, ...}}."""
    with open(path, "rb") as f:
        return {name: row["fields"] for name, row in json.load(f).items()}


FIRST_ACTS = frozenset(ACTS)     # those of sections 9, 10, 15
ACTS.update(FOLDER_ACTS)         # those of sections 19 to 21


def _section_17():
    """The bodies of the acts of sections 17 and 18, from the build's table."""
    here = os.path.dirname(os.path.abspath(__file__))
    rows = load_acts(os.path.join(here, "../../schema/acts.json"))
    return {name: fields for name, fields in rows.items() if name not in ACTS}


def _bytes_of(text):
    return text.encode("utf-8")


def _ascending(keys):
    return all(a < b for a, b in zip(keys, keys[1:]))


class Types:
    """Judges values by the type language of FORMATS.md section 11."""

    def __init__(self, acts):
        self.acts = acts

    def members(self, of, value, path):
        if not isinstance(value, dict):
            raise Refused("%s is no object" % path)
        for name in of:
            if name not in value:
                raise Refused("%s/%s is absent" % (path, name))
        for name in value:
            if name not in of:
                raise Refused("%s has an unknown member %.40s" % (path, name))
        for name, kind in of.items():
            self.check(kind, value[name], path + "/" + name)
        if of.get("body") == "line":
            fields = dict(self.acts[value["act"]])
            fields.pop("sheet", None)
            fields.pop("terminals", None)
            self.members(fields, value["body"], path + "/body")

    def check(self, kind, value, path):
        spec = kind if isinstance(kind, dict) else {}
        name = spec["type"] if spec else kind
        if name.endswith("?"):
            if value is None:
                return
            name = name[:-1]
        if value is None and spec.get("null"):
            return
        fail = Refused("%s is no %s" % (path, name))
        if name in PATTERNS:
            if not isinstance(value, str) or not PATTERNS[name].fullmatch(value):
                raise fail
        elif name == "string" or name == "pattern":
            if not isinstance(value, str) or not re.fullmatch(spec["pattern"], value):
                raise fail
        elif name == "act":
            if value not in LINE_ACTS or value not in self.acts:
                raise Refused("%s is no act that can be imported" % path)
        elif name == "time":
            if parse_time(value) is None:
                raise fail
        elif name == "date":
            if parse_date(value) is None:
                raise fail
        elif name == "day":  # a hundred years have the same calendar, but for one day
            if not isinstance(value, str) or value == "1900-02-29" or parse_date(
                    "20" + value[2:] if value[:2] == "19" else value) is None:
                raise fail
        elif name == "sig":
            raw = unbase64(value)
            if raw is None or len(raw) != 64:
                raise fail
        elif name == "sealed":
            self.members({}, {k: v for k, v in value.items() if k not in "ck"}
                         if isinstance(value, dict) else value, path)
            if not all(isinstance(value.get(k), str) for k in "ck") \
                    or not RE_HEX64.fullmatch(value["c"]) or not RE_HEX32.fullmatch(value["k"]):
                raise fail
        elif name == "int":
            if type(value) is not int or not spec["min"] <= value <= spec["max"]:
                raise fail
        elif name == "bool":
            if type(value) is not bool:
                raise fail
        elif name == "enum":
            if not isinstance(value, str) or value not in spec["values"]:
                raise fail
        elif name in ("roles", "codes", "places", "handles", "nouns", "subjects"):
            if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                raise fail
            if name == "roles":
                if not all(v in ROLES for v in value):
                    raise fail
            else:
                for v in value:
                    self.check(name[:-1], v, path)
            if not _ascending([_bytes_of(v) for v in value]):
                raise Refused("%s is not sorted without duplicates" % path)
            if not spec.get("min", 1) <= len(value) <= spec.get("max", 1024):
                raise fail
        elif name in ("items", "things"):
            self.check({"type": "list", "of": {"item": name[:-1], "label": "label"},
                        "key": "item", "min": spec.get("min", 1),
                        "max": spec.get("max", 1024)}, value, path)
        elif name == "ids":
            if not isinstance(value, list) or not spec.get("min", 1) <= len(value) <= 600:
                raise fail
            for v in value:
                self.check("id", v, path)
            if len(set(value)) != len(value):
                raise Refused("%s names an id twice" % path)
        elif name == "list":
            if not isinstance(value, list) or not spec["min"] <= len(value) <= spec["max"]:
                raise fail
            for n, v in enumerate(value):
                self.members(spec["of"], v, "%s/%d" % (path, n))
            keys = [v[spec["key"]] for v in value]
            if not _ascending([k if type(k) is int else _bytes_of(k) for k in keys]):
                raise Refused("%s is not sorted by %s without duplicates" % (path, spec["key"]))
        elif name == "object":
            self.members(spec["of"], value, path)
        elif name in ("policy", "line"):
            if not isinstance(value, dict):
                raise fail
        else:
            raise Refused("the act table has a type %s that this program does not know" % name)

    def sealed(self, of, value, path):
        """Yields (pointer, {c,k}) of every personal field of a body of good structure."""
        for name, kind in of.items():
            v, here = value[name], path + "/" + name
            if v is None:
                continue
            kind_name = kind["type"] if isinstance(kind, dict) else kind.rstrip("?")
            if kind_name == "sealed":
                yield here, v
            elif kind_name == "object":
                yield from self.sealed(kind["of"], v, here)
            elif kind_name == "list":
                for n, element in enumerate(v):
                    yield from self.sealed(kind["of"], element, "%s/%d" % (here, n))
            elif kind_name == "line":
                fields = dict(self.acts[value["act"]])
                fields.pop("sheet", None)
                fields.pop("terminals", None)
                yield from self.sealed(fields, v, here)


# ---------------------------------------------------------------------- policy (section 13)

POLICY_INTS = {
    "approval_life": (3600, 2592000), "delegation_days": (1, 60), "late_max_days": (0, 60),
    "seen_max_entries": (64, 65536), "submit_window": (60, 3600), "loan_max_days": (1, 366),
    "emergency_due_h": (1, 72), "escort_max_min": (5, 1440), "ratify_h": (1, 24),
    "spare_min": (0, 10), "stocktake_sample": (0, 500),
}
SMALLER_LOOSENS = ("spare_min", "stocktake_sample")
_CODE_LABEL = {"code": "code", "label": "label"}
POLICY_LISTS = {
    "desks": {"classes": "codes", "code": "code", "label": "label",
              "custodian_role": an_enum("key_custodian", "engineering_custodian", "duty")},
    "key_classes": {"code": "code", "label": "label", "lend_approval": a_set("roles", 0),
                    "consent": "bool", "copy_approval": "roles",
                    "rule": {"type": "pattern", "pattern": "K[0-9]{1,2}a?"}},
    "lock_kinds": {"class": "code", "code": "code", "label": "label"},
    "purposes": {"code": "code", "label": "label", "private": "bool"},
    "reasons": _CODE_LABEL, "late_reasons": _CODE_LABEL, "unsigned_reasons": _CODE_LABEL,
    "causes": _CODE_LABEL, "channels": _CODE_LABEL, "documents": _CODE_LABEL,
    "warning_reasons": _CODE_LABEL,
    "shifts": {"code": "code", "days": "codes", "desks": "codes", "end_min": an_int(1, 2880),
               "label": "label", "start_min": an_int(0, 1439)},
}
POLICY_FIELDS = {
    "high_risk": a_set("places", 0), "high_risk_approval": "roles",
    "holidays": a_set("places", 0), "standing_approval": "roles",
    "two_terminals": a_set("nouns", 0), "recovery_officer": "handle",
    "vault_recovery": "pubkey?", "version": an_int(1, 2),
}


def check_policy(types, policy):
    """Returns [(check, sentence)], empty for a good policy."""
    found = []
    fields = dict(POLICY_FIELDS)
    for name, of in POLICY_LISTS.items():
        fields[name] = {"type": "list", "of": of, "key": "code",
                        "min": 0 if name == "shifts" else 1, "max": 1024}
    newer = policy.get("version") == 2
    if newer:
        fields.update(FIELDS_2)
        for name, of in LISTS_2.items():
            fields[name] = a_list("code", 1, **of)
    for name in list(POLICY_INTS) + (list(INTS_2) if newer else []):
        fields[name] = an_int(-MAX_INT, MAX_INT)
    try:
        types.members(fields, policy, "policy")
    except Refused as err:
        return [("policy", str(err))]
    for name, (low, high) in POLICY_INTS.items():
        if not low <= policy[name] <= high:
            found.append(("floor", "policy/%s is outside %d..%d" % (name, low, high)))
    classes = {c["code"] for c in policy["key_classes"]}
    for desk in policy["desks"]:
        if not classes.issuperset(desk["classes"]):
            found.append(("policy", "desk %s keeps a class that does not exist" % desk["code"]))
    for kind in policy["lock_kinds"]:
        if kind["class"] not in classes:
            found.append(("policy", "lock kind %s has no class" % kind["code"]))
    for c in policy["key_classes"]:
        if not c["consent"] and not ENGINEERS.issuperset(c["copy_approval"]):
            found.append(("floor", "keys of class %s are copied without engineering's say"
                          % c["code"]))
    desks = {d["code"] for d in policy["desks"]}
    for s in policy["shifts"]:
        if not set(WEEKDAYS).issuperset(s["days"]) or not desks.issuperset(s["desks"]) \
                or s["start_min"] >= s["end_min"]:
            found.append(("policy", "shift %s has no such day or desk, or ends too early"
                          % s["code"]))
    if any(parse_date(d) is None for d in policy["holidays"]):
        found.append(("policy", "a holiday is no date that exists"))
    if {p["private"] for p in policy["purposes"]} != {True, False}:
        found.append(("floor", "the purposes need a private and a not private one"))
    return found + (check_policy_2(policy) if newer else [])


def policy_loosens(old, new):
    """The first member of the new policy that is looser than the old one, or None."""
    for name in POLICY_INTS:
        if new[name] != old[name] and (new[name] > old[name]) != (name in SMALLER_LOOSENS):
            return name
    for name in ("desks", "key_classes", "lock_kinds"):
        if [{k: v for k, v in e.items() if k != "label"} for e in old[name]] \
                != [{k: v for k, v in e.items() if k != "label"} for e in new[name]]:
            return name
    for name in ("high_risk", "two_terminals"):
        if not set(old[name]) <= set(new[name]):
            return name
    for name in ("high_risk_approval", "recovery_officer", "standing_approval",
                 "vault_recovery"):
        if old[name] != new[name]:
            return name
    for name in ("causes", "documents", "late_reasons", "unsigned_reasons",
                 "warning_reasons"):
        if not {e["code"] for e in new[name]} <= {e["code"] for e in old[name]}:
            return name
    was = {e["code"]: e["private"] for e in old["purposes"]}
    for e in new["purposes"]:
        if not e["private"] and was.get(e["code"], True):
            return "purposes"
    return loosens_2(old, new) if old["version"] == new["version"] == 2 else None


# ---------------------------------------------------------------------- notes and proofs

class Vkey:
    """A verifier key of a signed note: name+hash+base64(type, key)."""

    def __init__(self, text):
        parts = text.split("+", 2)
        if len(parts) != 3 or not re.fullmatch("[0-9a-f]{8}", parts[1]):
            raise Refused("not a vkey")
        self.text, self.name = text, parts[0]
        if not self.name or re.search(r"[\s+]", self.name):
            raise Refused("a vkey name is empty or has a space")
        raw = unbase64(parts[2])
        if raw is None or len(raw) != 33 or raw[0] not in (1, 4):
            raise Refused("a vkey of another type than 0x01 and 0x04")
        self.type, self.key = raw[0], raw[1:]
        self.id = sha(self.name.encode() + b"\n" + raw)[:4]
        if self.id.hex() != parts[1]:
            raise Refused("a vkey whose hash is wrong")


class Checkpoint:
    """A parsed checkpoint note; signatures are [(name, id, bytes)]."""

    def __init__(self, data):
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("the checkpoint is not UTF-8") from None
        cut = text.rfind("\n\n")
        if cut < 0 or re.search("[\x00-\x09\x0b-\x1f]", text):
            raise Refused("the checkpoint is no signed note")
        self.text = text[:cut + 1].encode()
        lines = text[:cut].split("\n")
        if len(lines) != 3 or not lines[0]:
            raise Refused("the checkpoint has not exactly three lines")
        self.origin = lines[0]
        if not re.fullmatch("0|[1-9][0-9]{0,15}", lines[1]):
            raise Refused("the checkpoint has no size")
        self.size = int(lines[1])
        self.root = unbase64(lines[2])
        if self.root is None or len(self.root) != 32:
            raise Refused("the checkpoint has no root")
        tail = text[cut + 2:]
        if not tail.endswith("\n"):
            raise Refused("the last signature line is cut")
        self.signatures = []
        for line in tail[:-1].split("\n"):
            parts = line.split(" ")
            raw = unbase64(parts[2]) if len(parts) == 3 else None
            if raw is None or parts[0] != "\u2014" or not parts[1] or len(raw) < 5:
                raise Refused("a signature line of the checkpoint is malformed")
            self.signatures.append((parts[1], raw[:4], raw[4:]))
        if len(self.signatures) > 100:
            raise Refused("the checkpoint has more than 100 signatures")

    def signed_by(self, vkey):
        """True or False for a line under this vkey (all of them good), None for no line."""
        result = None
        for name, key_id, raw in self.signatures:
            if name != vkey.name or key_id != vkey.id:
                continue
            if vkey.type == 1:
                good = signature_is_good(vkey.key, raw, self.text)
            else:
                stamp = int.from_bytes(raw[:8], "big")
                good = len(raw) == 72 and stamp < 2**63 and signature_is_good(
                    vkey.key, raw[8:], b"cosignature/v1\ntime %d\n" % stamp + self.text)
                if good:
                    self.cosigned = max(stamp, getattr(self, "cosigned", 0))
            if not good:
                return False
            result = True
        return result


def inclusion_holds(index, size, leaf, path, root):
    """RFC 9162 section 2.1.3.2."""
    if index >= size or len(leaf) != 32 or len(root) != 32:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = sha(b"\1" + p + r)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            r = sha(b"\1" + r + p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and r == root


class Tree:
    """RFC 6962 over the leaf hashes; keeps the perfect subtrees of every level."""

    def __init__(self, leaves):
        self.levels = [leaves]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            self.levels.append([sha(b"\1" + below[i] + below[i + 1])
                                for i in range(0, len(below) - 1, 2)])

    def root(self, size):
        r, level = None, 0
        while size:
            if size & 1:
                node = self.levels[level][size - 1]
                r = node if r is None else sha(b"\1" + node + r)
            size >>= 1
            level += 1
        return EMPTY_ROOT if r is None else r


class Trust:
    """The auditor's own file: genesis, one log, witnesses and a quorum."""

    def __init__(self, path):
        with open(path, "rb") as f:
            lines = f.read().decode("utf-8").split("\n")
        if not lines or lines[0] != "custody-trust/v1" or len(lines) < 2:
            raise Refused("the trust file does not begin with custody-trust/v1")
        m = re.fullmatch("genesis ([0-9a-f]{64})", lines[1])
        if not m:
            raise Refused("the second line of the trust file is not genesis and 64 hex")
        self.genesis = m.group(1)
        self.log, self.groups, self.witnesses, self.quorum = None, {}, {}, None
        for line in lines[2:]:
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0] == "log" and len(words) in (2, 3) and self.log is None:
                self.log = Vkey(words[1])
            elif words[0] == "witness" and len(words) in (3, 4):
                self._new(words[1])
                self.witnesses[words[1]] = Vkey(words[2])
            elif words[0] == "group" and len(words) >= 4:
                self._new(words[1])
                members = words[3:]
                if not all(w in self.witnesses or w in self.groups for w in members):
                    raise Refused("a group of the trust file names what is not defined")
                need = {"any": 1, "all": len(members)}.get(words[2])
                if need is None and re.fullmatch("[1-9][0-9]{0,2}", words[2]):
                    need = int(words[2])
                if need is None or need > len(members):
                    raise Refused("a group of the trust file has a bad threshold")
                self.groups[words[1]] = (need, members)
            elif words[0] == "quorum" and len(words) == 2 and self.quorum is None:
                self.quorum = words[1]
            else:
                raise Refused("the trust file has a line that is not understood")
        if self.log is None or self.quorum is None:
            raise Refused("the trust file needs a log line and a quorum line")
        if self.quorum != "none" and self.quorum not in self.groups \
                and self.quorum not in self.witnesses:
            raise Refused("the quorum of the trust file is not defined")
        keys = [w.key for w in self.witnesses.values()]
        if len(set(keys)) != len(keys) or self.log.key in keys:
            raise Refused("the trust file has a public key twice")

    def _new(self, name):
        if name == "none" or name in self.groups or name in self.witnesses:
            raise Refused("the trust file defines a name twice")

    def met(self, note):
        """Whether the quorum has signed; groups only name what stands before them."""
        if self.quorum == "none":
            return True
        have = {n for n, v in self.witnesses.items() if note.signed_by(v)}
        for name, (need, members) in self.groups.items():
            if sum(m in have for m in members) >= need:
                have.add(name)
        return self.quorum in have


# ---------------------------------------------------------------------- envelopes

PAYLOAD_TYPE = "application/vnd.custody.act.v1+json"
RE_ENVELOPE = re.compile(
    r'\{"payload":"([A-Za-z0-9+/=]*)","payloadType":"' + re.escape(PAYLOAD_TYPE)
    + r'","signatures":\[((?:\{"keyid":"[0-9a-f]{64}","sig":"[A-Za-z0-9+/]{86}=="\},?)*)\]\}')
RE_SIGNATURE = re.compile('"keyid":"([0-9a-f]{64})","sig":"([A-Za-z0-9+/]{86}==)"')


def pae(payload):
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload),
                                    payload)


def open_envelope(data):
    """Returns (payload bytes, [(keyid, signature)]); Refused unless it is the strict form."""
    try:
        m = RE_ENVELOPE.fullmatch(data.decode("ascii"))
    except UnicodeDecodeError:
        m = None
    if not m:
        raise Refused("the envelope has another form than FORMATS.md section 1")
    payload = unbase64(m.group(1))
    if payload is None or len(payload) > 47000 or len(data) > 65533:
        raise Refused("the payload is no strict base64, or too long")
    sigs = [(k, unbase64(s)) for k, s in RE_SIGNATURE.findall(m.group(2))]
    if not 1 <= len(sigs) <= 16 or any(s is None for _, s in sigs) \
            or not _ascending([k for k, _ in sigs]):
        raise Refused("the signatures are not 1-16 sorted by keyid")
    again = ",".join('{"keyid":"%s","sig":"%s"}' % (k, base64.b64encode(s).decode())
                     for k, s in sigs)
    if m.group(2) != again:
        raise Refused("the signatures are not in the strict form")
    return payload, sigs


HEAD_FIELDS = {"act", "actor_seq", "at", "body", "by", "ledger", "nonce", "seen", "signers"}


def check_head(payload, first):
    """The members around the body."""
    if not isinstance(payload, dict):
        raise Refused("the payload is no object")
    if set(payload) != (HEAD_FIELDS - {"ledger"} if first else HEAD_FIELDS):
        raise Refused("the payload has not exactly the members of an act")
    if not isinstance(payload["act"], str) or not RE_ACT.fullmatch(payload["act"]):
        raise Refused("act is no act name")
    if type(payload["actor_seq"]) is not int or payload["actor_seq"] < 1:
        raise Refused("actor_seq is no positive integer")
    if parse_time(payload["at"]) is None:
        raise Refused("at is no time")
    if not isinstance(payload["body"], dict):
        raise Refused("body is no object")
    if not first and not (isinstance(payload["ledger"], str)
                          and RE_HEX64.fullmatch(payload["ledger"])):
        raise Refused("ledger is no id")
    if not isinstance(payload["nonce"], str) or not RE_HEX32.fullmatch(payload["nonce"]):
        raise Refused("nonce is not 32 hex")
    seen = payload["seen"]
    if not isinstance(seen, dict) or set(seen) != {"root", "size"} \
            or type(seen["size"]) is not int or seen["size"] < 0 \
            or not isinstance(seen["root"], str) or not RE_HEX64.fullmatch(seen["root"]):
        raise Refused("seen is no head")
    signers = payload["signers"]
    if not isinstance(signers, list) or not 1 <= len(signers) <= 16 or not all(
            isinstance(s, str) and PATTERNS["handle"].fullmatch(s) for s in signers) \
            or not _ascending(signers) or payload["by"] not in signers:
        raise Refused("signers are not 1-16 sorted handles with by among them")


# ---------------------------------------------------------------------- the replayed state

class Act:
    """One entry while it is judged."""

    def __init__(self, state, index, payload, act_id):
        self.index, self.payload, self.id = index, payload, act_id
        self.name, self.body = payload["act"], payload["body"]
        self.by, self.signers = payload["by"], payload["signers"]
        self.at = parse_time(payload["at"])
        self.t = state.t
        self.flags = set()
        self.awaits = False       # it is to be ratified, by ratify_<act>
        self.keep = {}            # what a later act wants to know of this one


# Acts whose correction takes their movements back.
MOVED_BACK = frozenset("""key.lend/1 key.return/1 key.lend/2 key.escort/1 key.move/1 tray.issue/1
tray.settle/1 key.handover/1 key.deposit/1 key.withdraw/1""".split())
# Members by which the acts of section 17 name what is registered.
NAMING = frozenset("""item party holder receiver by_whom escorted reporter party_in party_out place
places scope code reader at""".split())


def named_in(body):
    """What a body of section 17 names, as {string}."""
    out, stack = set(), [body]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack += value
        elif isinstance(value, dict):
            for name, v in value.items():
                if name in NAMING:
                    out |= {x for x in (v if isinstance(v, list) else [v])
                            if isinstance(x, str)}
                stack.append(v)
    return out


class State(FolderActs, DeskActs, LendActs):
    """Everything FORMATS.md lets an act depend on.  One handler per act changes it.

    bad() records a violation and goes on: after a violation the act is applied all the same
    where its objects exist.
    """

    def __init__(self, types):
        self.types = types
        self.t = None                    # T(i)
        self.origin, self.origins = None, []
        self.log_keys = []               # [(index, Vkey)] of the current ledger
        self.persons = {}                # handle -> {roles, suspended, creds: [keyid]}
        self.staff_nos = set()
        self.creds = {}                  # keyid -> {pub, handle, index, live}
        self.pubs = set()                # every public key ever used
        self.delegations = []            # {from, to, role, start, end}
        self.policies = []               # [(order, start, policy)]
        self.places, self.place_codes, self.place_labels = {}, set(), set()
        self.locks, self.lock_codes = {}, set()
        self.items, self.symbols = {}, set()
        self.on_ring, self.first_lock = {}, {}  # members of rings; keys by their first lock
        self.item_count = 0
        self.parties = {}
        self.requests, self.approvals = {}, {}
        self.acts = {}                   # act id -> record of an applied act
        self.lines = {}                  # act id of an import.line -> record
        self.order = 0                   # running number over predecessor and successor
        self.findings = []               # (check, sentence) of the current entry
        self.signed_log = []             # (keyid, at) of all acts, for suspect_from
        self.utc_offset_min = 0
        for part in (LendActs, DeskActs):
            if hasattr(part, "start_part"):
                part.start_part(self)
        self.start_folders()

    # ---- recording

    def bad(self, check, text):
        self.findings.append((check, text))

    def need(self, good, check, text):
        if not good:
            self.bad(check, text)
        return good

    # ---- policy

    @property
    def policy(self):
        for _, start, policy in reversed(self.policies):
            if start is None or start <= self.t:
                return policy
        return self.policies[0][2]

    def entry_of(self, member, code):
        for e in self.policy[member]:
            if e["code"] == code:
                return e
        return None

    def need_code(self, member, code):
        return self.need(self.entry_of(member, code) is not None, "policy",
                         "%s is not among the %s of the policy" % (code, member))

    # ---- persons, roles, folds (section 14)

    def own(self, handle, role):
        p = self.persons.get(handle)
        return p is not None and not p["suspended"] and role in p["roles"]

    def givers(self, handle, role):
        p = self.persons.get(handle)
        if p is None or p["suspended"]:
            return []
        return sorted({d["from"] for d in self.delegations
                       if d["to"] == handle and d["role"] == role
                       and d["start"] <= self.t < d["end"] and self.own(d["from"], role)})

    def holds(self, handle, roles):
        return any(self.own(handle, r) or self.givers(handle, r) for r in roles)

    def live(self, handle):
        p = self.persons.get(handle)
        return p is not None and any(self.creds[k]["live"] for k in p["creds"])

    @property
    def recovery(self):
        return self.policy["recovery_officer"]

    def live_officers(self):
        return [h for h in self.persons if h != self.recovery and self.live(h)
                and any(self.own(h, r) for r in OFFICER)]

    def may_sit(self, handle):
        p = self.persons.get(handle)
        return p is not None and not p["suspended"] and "auditor" not in p["roles"]

    def folds(self, handle, roles):
        """The ways this person can act by one of these roles, as sets of persons."""
        if not self.may_sit(handle):
            return []
        if any(self.own(handle, r) for r in roles):
            return [frozenset((handle,))]
        return [frozenset((handle, g))
                for g in sorted({g for r in roles for g in self.givers(handle, r)})]

    def seat(self, roles, apart=()):
        """A seat for one of these roles whose fold keeps apart from these persons."""
        def fits(handle):
            folds = self.folds(handle, roles)
            if not folds and roles is OFFICER and handle == self.recovery \
                    and self.may_sit(handle):
                folds = [frozenset((handle,))]
            return [f for f in folds if not f.intersection(apart)]
        fits.role_held = lambda handle: bool(self.folds(handle, roles))
        return fits

    def seat_any(self, apart=()):
        def fits(handle):
            good = self.may_sit(handle) and self.live(handle) and handle not in apart
            return [frozenset((handle,))] if good else []
        return fits

    @staticmethod
    def seat_person(who, check=None):
        """The seat of one named person."""
        def fits(handle):
            good = handle == who and (check is None or check(handle))
            return [frozenset((handle,))] if good else []
        return fits

    @staticmethod
    def fill(signers, seats):
        """Puts signers one to one into seats with disjoint folds; [fold per seat] or None."""
        got = State.fill_who(signers, seats)
        return None if got is None else [fold for _, fold in got]

    @staticmethod
    def fill_who(signers, seats):
        """The same with the person: [(handle, fold) per seat] or None."""
        if len(signers) != len(seats):
            return None
        # An explicit stack: (seat number, signers left, folds chosen).
        stack = [(0, tuple(signers), ())]
        while stack:
            n, left, chosen = stack.pop()
            if n == len(seats):
                return list(chosen)
            for who in reversed(left):
                for fold in reversed(seats[n](who)):
                    if not any(fold & c for _, c in chosen):
                        stack.append((n + 1, tuple(x for x in left if x != who),
                                      chosen + ((who, fold),)))
        return None

    def judge_seats(self, act, *rows):
        """The first row of seats that the signers fill; None with a violation when none."""
        for number, row in enumerate(rows):
            if self.fill(act.signers, row) is not None:
                return number
        away = [h for h in act.signers if h in self.persons
                and self.persons[h]["suspended"]]
        audit = [h for h in act.signers if h in self.persons
                 and "auditor" in self.persons[h]["roles"]]
        if away:
            self.bad("suspended", "%s is suspended and fills no seat of %s"
                     % (away[0], act.name))
        elif audit:
            self.bad("role", "%s is an auditor and fills no seat of %s" % (audit[0], act.name))
        elif len(act.signers) == 1 and all(len(row) == 1 for row in rows) and not any(
                getattr(row[0], "role_held", lambda _: False)(act.by) for row in rows):
            self.bad("role" if act.name in FIRST_ACTS else "seats",
                     "%s has not the role that %s wants" % (act.by, act.name))
        else:
            self.bad("seats", "the signers do not fill the seats of %s" % act.name)
        return None

    def two_officers(self, act, apart=()):
        return self.judge_seats(act, (self.seat(OFFICER, apart), self.seat(OFFICER, apart)))

    def custodians(self):
        return frozenset(d["custodian_role"] for d in self.policy["desks"])

    # ---- small judgements

    def person(self, handle):
        if handle not in self.persons:
            self.bad("object", "%s is no enrolled person" % handle)
            raise Skip
        return self.persons[handle]

    def check_terminals(self, act):
        body = act.body
        if "terminals" not in body:
            return
        if len(act.signers) == 1:
            self.need(body["terminals"] == 1 and body["sheet"] is None, "terminals",
                      "one signer, yet terminals is not 1 or a sheet is named")
        elif act.name.split("/")[0] in self.policy["two_terminals"]:
            self.need(body["terminals"] >= 2 or body["sheet"] is not None, "terminals",
                      "the policy wants two terminals or a numbered sheet")

    def check_proof(self, proof, handle, pub):
        message = b"\0".join((b"custody/possession/v1", self.origin.encode(),
                              handle.encode(), pub))
        self.need(signature_is_good(pub, unbase64(proof), message), "proof",
                  "the possession proof of %s does not hold" % (handle or "the log key"))

    def take_pub(self, pub):
        self.need(pub not in self.pubs, "exists", "a public key is enrolled a second time")
        self.pubs.add(pub)

    def add_cred(self, act, handle, pub_hex):
        pub = bytes.fromhex(pub_hex)
        self.take_pub(pub)
        keyid = sha(pub).hex()
        if keyid not in self.creds:
            self.creds[keyid] = {"pub": pub, "handle": handle, "index": act.index,
                                 "live": True}
            self.persons[handle]["creds"].append(keyid)

    def check_roles(self, handle, roles):
        self.need("auditor" not in roles or len(roles) == 1, "role",
                  "%s would be auditor beside another role" % handle)

    def item(self, ref, kinds="KR"):
        """The register's item behind {item,label}; Skip-free: None when it does not exist."""
        it = self.items.get(ref["item"])
        if it is None or ref["item"][0] not in kinds:
            self.bad("object", "%s is no registered item" % ref["item"])
            return None
        self.need(it["label"] == ref["label"], "label",
                  "%s is not labelled so in the register" % ref["item"])
        return it

    def check_log_key(self, act, text):
        try:
            vkey = Vkey(text)
        except Refused as err:
            self.bad("structure", str(err))
            return None
        self.need(vkey.type == 1 and vkey.name == self.origin, "structure",
                  "the log's vkey is not of type 0x01 under the origin")
        self.take_pub(vkey.key)
        self.need(point_is_valid(vkey.key), "proof", "the log key is no valid point")
        self.log_keys.append((act.index, vkey))
        return vkey

    def check_recovery(self, policy):
        p = self.persons.get(policy["recovery_officer"])
        self.need(p is not None and "administrator" in p["roles"], "policy",
                  "the recovery officer is no administrator")

    # ---- founding and officers' acts

    def do_site_found(self, act):
        b = act.body
        self.origin = b["origin"]
        self.utc_offset_min = b["utc_offset_min"]
        self.origins.append(b["origin"])
        for check, text in check_policy(self.types, b["policy"]):
            self.bad(check, text)
        self.policies.append((self.order, None, b["policy"]))
        for f in b["founders"]:
            h = f["handle"]
            self.check_roles(h, f["roles"])
            self.need(f["staff_no"] not in self.staff_nos, "exists",
                      "staff number of %s is taken" % h)
            self.staff_nos.add(f["staff_no"])
            self.persons[h] = {"roles": set(f["roles"]), "suspended": False, "creds": []}
            self.add_cred(act, h, f["credential"])
            self.check_proof(f["proof"], h, bytes.fromhex(f["credential"]))
        self.check_log_key(act, b["log"])
        founders = [f["handle"] for f in b["founders"]]
        self.need(act.signers == founders, "seats", "the signers are not the founders")
        self.need(b["policy"]["recovery_officer"] in founders, "policy",
                  "the recovery officer is no founder")
        self.check_recovery(b["policy"])
        others = [h for h in founders if h != b["policy"]["recovery_officer"]]
        held = set().union(*(self.persons[h]["roles"] for h in others))
        self.need(sum(bool(self.persons[h]["roles"] & OFFICER) for h in others) >= 2
                  and OFFICER <= held, "officers",
                  "beside the recovery officer two founders must hold the officer roles")

    def do_ledger_succeed(self, act):
        b, old = act.body, act.body["old"]
        self.two_officers(act)
        self.need_code("reasons", b["reason"])
        self.need(old["head_known"]["size"] >= old["head_left"]["size"], "structure",
                  "head_known lies before head_left")
        if old["head_known"]["size"] == old["head_left"]["size"]:
            self.need(old["head_known"]["root"] == old["head_left"]["root"], "root",
                      "two roots for one size")
        self.need(b["origin"] not in self.origins, "exists", "the origin was used before")
        self.origin = b["origin"]
        self.origins.append(b["origin"])
        self.check_log_key(act, b["log"])

    def do_log_rotate(self, act):
        self.two_officers(act)
        vkey = self.check_log_key(act, act.body["log"])
        if vkey:
            self.check_proof(act.body["proof"], "", vkey.key)

    def do_policy_set(self, act):
        b = act.body
        self.judge_seats(act, (self.seat(frozenset(("centre_manager",))), self.seat(OFFICER)))
        faults = check_policy(self.types, b["policy"])
        for check, text in faults:
            self.bad(check, text)
        if any(check == "policy" for check, _ in faults):
            raise Skip
        self.check_recovery(b["policy"])
        # Ruling: after any policy of version 2 of this ledger, in force yet or not.
        self.need(b["policy"]["version"] >= max(p["version"] for _, _, p in self.policies),
                  "policy", "a policy of version 1 follows one of version 2")
        start = parse_time(b["start"])
        looser = policy_loosens(self.policy, b["policy"])
        if looser:
            self.need(start >= self.t + 604800, "floor",
                      "%s gets looser less than seven days ahead" % looser)
        self.need(start >= self.t - self.policy["submit_window"], "policy",
                  "the policy starts in the past")
        self.policies.append((self.order, start, b["policy"]))

    # ---- persons

    def do_person_enrol(self, act):
        b = act.body
        self.two_officers(act)
        h = b["handle"]
        if not self.need((b["credential"] is None) == (b["proof"] is None), "structure",
                         "credential and proof stand or fall together"):
            raise Skip
        self.check_roles(h, b["roles"])
        self.need(b["staff_no"] not in self.staff_nos, "exists", "the staff number is taken")
        self.staff_nos.add(b["staff_no"])
        if not self.need(h not in self.persons, "exists", "%s is enrolled already" % h):
            raise Skip
        self.persons[h] = {"roles": set(b["roles"]), "suspended": False, "creds": []}
        if b["credential"] is not None:
            self.check_proof(b["proof"], h, bytes.fromhex(b["credential"]))
            self.add_cred(act, h, b["credential"])

    def do_credential_add(self, act):
        b, h = act.body, act.body["handle"]
        p = self.person(h)
        off, reason = self.seat(OFFICER), b["reason"]
        apart = self.seat(OFFICER, (h,))
        if reason == "first":
            self.need(not p["creds"], "state", "%s has had a credential" % h)
            self.judge_seats(act, (apart, apart))
        elif reason == "add":
            me = self.seat_person(h, lambda x: not p["suspended"])
            if len(act.signers) == 2:
                mine = [f for f in off(h)]
                self.judge_seats(act, (lambda x: mine if x == h else [], off))
            else:
                self.judge_seats(act, (me, off, off))
        else:
            self.need(p["creds"], "state", "%s never had a credential" % h)
            left = [x for x in self.live_officers() if x != h]
            rows = [(apart, apart)]
            if len(left) <= 1:
                if left:
                    rows.append((self.seat_person(left[0], self.may_sit),
                                 self.seat_any((h,))))
                if self.recovery != h:
                    rows.append((self.seat_person(self.recovery, self.may_sit),
                                 self.seat_any((h,))))
            if len(left) == 0:
                rows = rows[1:] or [()]
                row = self.judge_seats(act, *rows)
                flagged = row is not None
            else:
                flagged = bool(self.judge_seats(act, *rows))
            if flagged:
                act.flags.add("lost-one-officer")
            for k in p["creds"]:
                self.creds[k]["live"] = False
            self.end_approvals(lambda a: a["by"] == h)
        self.check_proof(b["proof"], h, bytes.fromhex(b["credential"]))
        self.add_cred(act, h, b["credential"])

    def do_credential_revoke(self, act):
        b = act.body
        self.need_code("reasons", b["reason"])
        cred = self.creds.get(b["keyid"])
        if cred is None:
            self.bad("object", "no credential has this keyid")
            raise Skip
        own = self.seat_person(cred["handle"])
        self.judge_seats(act, (lambda x: own(x) or self.seat(OFFICER)(x),))
        self.need(cred["live"], "state", "the credential is revoked already")
        cred["live"] = False
        if b["reason"] in ("lost", "compromised"):
            self.end_approvals(lambda a: a["by"] == cred["handle"])
        if b["suspect_from"] is not None:
            since = parse_time(b["suspect_from"])
            mine = self.persons[cred["handle"]]["creds"]
            if any(k in mine and at >= since for k, at in self.signed_log):
                act.flags.add("suspect")

    def do_role_grant(self, act):
        b, h = act.body, act.body["handle"]
        p = self.person(h)
        apart = self.seat(OFFICER, (h,))
        rows = [(apart, apart)]
        officers = [x for x in self.persons if x != self.recovery
                    and any(self.own(x, r) for r in OFFICER)]
        if len(officers) <= 2 and not OFFICER & set(b["roles"]):
            mine = self.seat(OFFICER)(h)
            rows.append((lambda x: mine if x == h else [], self.seat(OFFICER)))
        if self.judge_seats(act, *rows) == 1:
            act.flags.add("self-grant")
        self.need(not p["roles"] & set(b["roles"]), "state", "%s has the role already" % h)
        self.check_roles(h, p["roles"] | set(b["roles"]))
        p["roles"] |= set(b["roles"])

    def fewer_officers(self, before):
        after = len(self.live_officers())
        self.need(after >= 2 or after >= before, "officers",
                  "fewer than two officers would remain")

    def do_role_revoke(self, act):
        b, h = act.body, act.body["handle"]
        p = self.person(h)
        self.judge_seats(act, (self.seat(OFFICER),))
        self.need(set(b["roles"]) <= p["roles"], "state", "%s has not the role" % h)
        before = len(self.live_officers())
        gone = set(b["roles"]) & p["roles"]
        p["roles"] -= gone
        self.fewer_officers(before)
        self.end_approvals(lambda a: any(
            role in gone and (giver or a["by"]) == h for role, giver in a["uses"]))

    def do_person_suspend(self, act):
        b, h = act.body, act.body["handle"]
        p = self.person(h)
        self.judge_seats(act, (self.seat(OFFICER, (h,)),))
        self.need_code("reasons", b["reason"])
        self.need(not p["suspended"], "state", "%s is suspended already" % h)
        before = len(self.live_officers())
        p["suspended"] = True
        self.fewer_officers(before)
        self.end_approvals(lambda a: a["by"] == h or any(g == h for _, g in a["uses"]))

    def do_person_reinstate(self, act):
        h = act.body["handle"]
        p = self.person(h)
        self.two_officers(act, (h,))
        self.need(p["suspended"], "state", "%s is not suspended" % h)
        p["suspended"] = False

    def do_role_delegate(self, act):
        b = act.body
        giver, taker, roles = b["from"], b["to"], b["roles"]
        start, end = parse_time(b["start"]), parse_time(b["end"])
        p, q = self.person(giver), self.person(taker)
        self.need(giver != taker, "role", "nobody delegates to himself")
        self.need_code("reasons", b["reason"])
        apart = self.seat(OFFICER, (giver, taker))
        to = self.seat_person(taker, self.may_sit)
        if self.judge_seats(act, (self.seat_person(giver, self.may_sit), to),
                            (to, apart)) == 1:
            act.flags.add("giver-absent")
        if end == start:
            mine = [d for d in self.delegations if d["from"] == giver and d["to"] == taker
                    and d["role"] in roles and d["end"] > self.t]
            self.need(mine, "state", "there is no open delegation to end")
            for d in mine:
                d["end"] = self.t
            return
        self.need(end > start, "state", "the delegation ends before it starts")
        self.need(end - start <= self.policy["delegation_days"] * 86400, "policy",
                  "the delegation is longer than the policy allows")
        self.need(end > self.t, "state", "the delegation lies in the past")
        self.need(set(roles) <= p["roles"], "role", "%s has not the roles himself" % giver)
        self.need(not p["suspended"] and not q["suspended"], "suspended",
                  "a suspended person neither gives nor takes")
        self.need("auditor" not in p["roles"] | q["roles"], "role",
                  "an auditor neither gives nor takes")
        for role in roles:
            self.delegations.append({"from": giver, "to": taker, "role": role,
                                     "start": start, "end": end})

    # ---- requests and approvals

    def end_approvals(self, hits):
        for a in self.approvals.values():
            if a["left"] != 0 and hits(a):
                a["ended"] = True

    def do_request_open(self, act):
        b = act.body
        self.judge_seats(act, (self.seat_any(),))
        if act.name == "request.open/2":
            self.ask_for_folders(act)
            return
        for ref in b["items"]:
            self.item(ref)
        self.need(b["for"] in ("key.copy", "key.lend"), "request",
                  "only key.lend and key.copy can be asked for")
        self.need(b["items"], "request", "a request names items")
        if b["for"] == "key.copy":
            self.need(all(ref["item"][0] == "K" for ref in b["items"]), "request",
                      "keys are copied, not rings")
            self.need(b["party"] is None, "request", "nobody receives a copy")
        self.check_purpose(b["purpose"])
        self.keep_request(act)

    def keep_request(self, act):
        """What every request has, and its record."""
        b = act.body
        if b["party"] is not None:
            self.need(b["party"] in self.persons or b["party"] in self.parties, "object",
                      "the receiver %s is not known" % b["party"])
        self.need(b["window"]["start"] < b["window"]["end"], "request",
                  "the window ends before it starts")
        self.requests[act.id] = {
            "by": act.by, "for": b["for"], "items": {r["item"] for r in b["items"]},
            "receiver": b["party"] or act.by, "purpose": b["purpose"],
            "start": parse_time(b["window"]["start"]), "end": parse_time(b["window"]["end"]),
            "decided": False}

    def check_purpose(self, code):
        if self.need_code("purposes", code):
            self.need(not self.entry_of("purposes", code)["private"], "K3",
                      "no key is lent for a private purpose")

    def is_high_risk(self, key):
        return any(self.lies_in(at, high) for at in self.lock_places(key)
                   for high in self.policy["high_risk"])

    def class_of(self, item_id):
        """The policy's class of a key: that of the kind of its first lock."""
        it = self.items.get(item_id)
        lock = self.locks.get(it["locks"][0]) if it and it["locks"] else None
        kind = self.entry_of("lock_kinds", lock["kind"]) if lock else None
        return self.entry_of("key_classes", kind["class"]) if kind else None

    def members_of(self, ring):
        return list(self.on_ring.get(ring, ()))

    def forget(self, item_id):
        """Takes an item that was never registered out of the indexes."""
        self.hang(item_id, None)
        for keys in self.first_lock.values():
            if item_id in keys:
                keys.remove(item_id)

    def hang(self, item_id, ring):
        """Puts an item on a ring, or on none; members stay in the order of registration."""
        old = self.items[item_id]["ring"]
        if old is not None:
            self.on_ring[old].remove(item_id)
        self.items[item_id]["ring"] = ring
        if ring is not None:
            members = self.on_ring.setdefault(ring, [])
            members.append(item_id)
            members.sort(key=lambda k: self.items[k]["order"])

    def approving_sets(self, item_ids, noun):
        """Sets of roles, each of which an approver of these items must satisfy."""
        if noun.startswith("folder."):
            return {frozenset(("centre_manager",))}
        out = set()
        for key in self.keys_of([{"item": i} for i in item_ids]):
            cls = self.class_of(key)
            if noun == "key.copy":
                out |= {frozenset(cls["copy_approval"])} if cls else set()
                continue
            if cls and cls["lend_approval"]:
                out.add(frozenset(cls["lend_approval"]))
            if self.is_high_risk(key):
                out.add(frozenset(self.policy["high_risk_approval"]))
        return out

    def uses(self, who, item_ids, apart, noun="key.lend"):
        """[(role, giver or None)] by which this person approves these items, or None."""
        if not self.may_sit(who) or who in apart:
            return None
        sets = self.approving_sets(item_ids, noun) or {ANY_APPROVER}
        out = []
        for roles in sorted(sets, key=sorted):
            mine = [(r, None) for r in sorted(roles) if self.own(who, r)]
            lent = [(r, g) for r in sorted(roles) for g in self.givers(who, r)
                    if g not in apart]
            if not mine and not lent:
                return None
            out.append((mine or lent)[0])
        return out

    def decide(self, act):
        """Common to approve and reject: who may, and the request still waits."""
        req = self.requests.get(act.body["request"])
        if req is None:
            self.bad("object", "there is no such request")
            raise Skip
        uses = self.uses(act.by, req["items"], (req["by"], req["receiver"]), req["for"])
        if len(act.signers) != 1:
            self.bad("seats", "one person decides a request")
        elif self.persons[act.by]["suspended"]:
            self.bad("suspended", "%s is suspended" % act.by)
        elif uses is None and self.uses(act.by, req["items"], (),
                                              req["for"]) is None:
            self.bad("role", "%s has no approving role for every item" % act.by)
        elif uses is None:
            self.bad("seats", "the approver is the requester or the receiver, or stands in")
        return req, uses or []

    def settle_request(self, req):
        self.need(not req["decided"], "request", "the request is decided already")
        req["decided"] = True

    def do_request_approve(self, act):
        req, uses = self.decide(act)
        self.approve(act, req, act.by, uses)

    def approve(self, act, req, who, uses):
        """The approval of who, given by act or heard by those who sign it."""
        self.settle_request(req)
        limits = act.body["limits"]
        until, most = parse_time(limits["until"]), 100 if req["for"] == "key.copy" else 1
        self.need(limits["count"] <= most, "approval", "an approval serves not so many")
        self.need(self.t < until <= self.t + self.policy["approval_life"], "approval",
                  "the approval lasts longer than the policy allows, or is over")
        self.need(req["end"] > self.t, "request", "the window of the request is over")
        self.approvals[act.id] = {
            "kind": "request", "by": who, "req": req, "uses": uses, "until": until,
            "t": self.t, "left": limits["count"], "ended": False}

    def do_request_reject(self, act):
        self.settle_request(self.decide(act)[0])
        self.need_code("reasons", act.body["reason"])

    def do_request_cancel(self, act):
        req = self.requests.get(act.body["request"])
        if req is None:
            self.bad("object", "there is no such request")
            raise Skip
        self.judge_seats(act, (self.seat_person(req["by"], self.may_sit),))
        self.need(not req["decided"], "request", "the request is decided already")
        self.need_code("reasons", act.body["reason"])
        req["decided"] = True

    # ---- the register

    def seats_register(self, act):
        self.judge_seats(act, (self.seat(self.custodians()),
                               self.seat(frozenset(("supervisor",)))))

    def do_place_add(self, act):
        self.seats_register(act)
        for p in act.body["places"]:
            self.need(p["code"] not in self.place_codes, "exists",
                      "place %s exists" % p["code"])
            self.need(p["label"] not in self.place_labels, "exists",
                      "a place is labelled %s already" % p["label"])
            self.need(p["parent"] is None or p["parent"] in self.places, "object",
                      "place %s lies in no known place" % p["code"])
            self.place_codes.add(p["code"])
            self.place_labels.add(p["label"])
            self.places.setdefault(p["code"], {"parent": p["parent"], "label": p["label"],
                                               "by_act": act.id})

    def do_lock_add(self, act):
        self.seats_register(act)
        for k in act.body["locks"]:
            self.need_code("lock_kinds", k["kind"])
            self.need(k["place"] in self.places, "object",
                      "lock %s is at no known place" % k["code"])
            self.need(k["code"] not in self.lock_codes, "exists",
                      "lock %s exists" % k["code"])
            self.lock_codes.add(k["code"])
            self.locks.setdefault(k["code"], {"kind": k["kind"], "place": k["place"],
                                              "by_act": act.id})

    def new_symbols(self, item_id):
        self.need(item_id[1:] not in self.symbols, "exists",
                  "the symbols of %s are taken" % item_id)
        self.symbols.add(item_id[1:])

    def do_key_add(self, act):
        b = act.body
        desk = self.entry_of("desks", b["desk"])
        if desk is None:
            self.bad("policy", "%s is no desk" % b["desk"])
            raise Skip
        self.judge_seats(act, (self.seat(frozenset((desk["custodian_role"],))),
                               self.seat(frozenset(("supervisor",)))))
        home = ("desk", b["desk"])
        for k in b["keys"]:
            if not self.need(k["item"][0] == "K" and (k["ring"] is None or
                                                      k["ring"]["item"][0] == "R"),
                             "structure", "%s is no key, or its ring no ring" % k["item"]):
                continue
            locks_known = [c for c in k["locks"] if c in self.locks]
            self.need(len(locks_known) == len(k["locks"]), "object",
                      "%s opens a lock that does not exist" % k["item"])
            self.claim_symbols(k["item"])
            ring = self.ring_of(act, k["ring"], b["desk"], act.at)
            if k["item"] not in self.items:
                self.add_item(act, k["item"], k["label"], home, k["locks"], ring)
            if locks_known:
                cls = self.class_of(k["item"])
                self.need(cls is not None and cls["code"] in desk["classes"], "K8",
                          "%s is of a class that desk %s does not keep"
                          % (k["item"], b["desk"]))

    def ring_of(self, act, ref, desk, event):
        """The ring that a new key names, made at its first mention."""
        if ref is None:
            return None
        ring = ref["item"]
        if not self.need(ring[0] == "R", "structure", "%s is no ring" % ring):
            return None
        if ring in self.items:
            self.need(self.items[ring]["desk"] == desk, "state",
                      "ring %s belongs to another desk" % ring)
            self.need(self.items[ring]["label"] == ref["label"], "label",
                      "ring %s is labelled otherwise" % ring)
        else:
            self.claim_symbols(ring)
            self.add_item(act, ring, ref["label"], ("desk", desk), [], None, event)
        return ring

    def add_item(self, act, item_id, label, home, locks, ring, event=None):
        self.item_count += 1
        if locks:
            self.first_lock.setdefault(locks[0], []).append(item_id)
        self.items[item_id] = {
            "order": self.item_count, "id": item_id, "label": label, "desk": home[1],
            "holder": home, "locks": locks,
            "ring": None, "by_act": act.id, "due": None,
            "moves": [{"act": act.id, "time": act.at if event is None else event,
                       "before": None, "was_due": None, "kind": "add", "due": None,
                       "void": False}]}
        self.hang(item_id, ring)

    def do_import_line(self, act):
        self.judge_seats(act, (self.seat_any(),))
        self.lines[act.id] = {"by": act.by, "act": act.body["act"], "body": act.body["body"],
                              "closed": False, "index": act.index}

    def do_import_close(self, act):
        b = act.body
        handler = getattr(self, "do_" + b["act"].split("/")[0].replace(".", "_"))
        for line_id in b["lines"]:
            line = self.lines.get(line_id)
            if line is None:
                self.bad("lines", "a line does not exist")
                continue
            good = line["act"] == b["act"] and not line["closed"] \
                and line["by"] in act.signers
            if not self.need(good, "lines", "a line is of another act, closed, or of a "
                                            "person who does not sign"):
                continue
            line["closed"] = True
            outer = act.body, act.name
            act.body, act.name = line["body"], b["act"]
            try:
                handler(act)
            except Skip:
                pass
            act.body, act.name = outer

    def do_party_add(self, act):
        b = act.body
        self.judge_seats(act, (self.seat(self.custodians() | {"service_staff"}),))
        self.new_symbols(b["party"])
        self.need(b["unit"] is None or b["unit"] in self.places, "object",
                  "the party's home is not known")
        self.parties[b["party"]] = {"by_act": act.id, "unit": b["unit"],
                                    "relation": b["relation"]}
        self.party_since.setdefault(b["party"], self.t)

    # ---- custody

    def event_time(self, act):
        b = act.body
        if b["event_at"] is None:
            self.need(b["late"] is None, "late", "a late reason without an event time")
            return act.at
        event = parse_time(b["event_at"])
        good = event <= act.at and event >= act.at - self.policy["late_max_days"] * 86400 \
            and self.entry_of("late_reasons", b["late"]) is not None
        self.need(good, "late", "the event time is outside the policy, or has no reason")
        act.flags.add("late")
        return event

    @staticmethod
    def last_move(it):
        for m in reversed(it["moves"]):
            if not m["void"]:
                return m
        return None

    def move(self, act, it, holder, event, kind, due=None):
        """One item to its next holder (kind, name)."""
        last = self.last_move(it)
        self.need(last is None or event >= last["time"], "late",
                  "the event lies before the item's last movement")
        before = it["holder"]
        it["moves"].append({"act": act.id, "time": event, "before": before,
                            "was_due": it["due"], "kind": kind, "due": due, "void": False})
        it["holder"], it["due"] = holder, due
        self.moved(act, it, before)

    def holder_of(self, name):
        return ("party" if name in self.parties else "person", name)

    def check_receipt_codes(self, receipt):
        if receipt["unsigned_reason"] is not None:
            self.need_code("unsigned_reasons", receipt["unsigned_reason"])

    def do_key_return(self, act):
        b, who = act.body, act.body["by_whom"]
        desk = self.entry_of("desks", b["desk"])
        if desk is None:
            self.bad("policy", "%s is no desk" % b["desk"])
            raise Skip
        clerk = self.folds(act.by, frozenset((desk["custodian_role"], "duty")))
        if not clerk:
            if act.by in self.persons and self.persons[act.by]["suspended"]:
                self.bad("suspended", "the clerk is suspended")
            else:
                self.bad("K2", "%s is neither custodian of the desk nor on duty" % act.by)
        self.check_return_receipt(act, clerk, "K4")
        event = self.event_time(act)
        here = ("desk", b["desk"])
        if b["condition"] == "damaged":
            act.flags.add("damaged")
        back = []
        for ref in b["items"]:
            it = self.item(ref)
            if it is None:
                continue
            if it["desk"] != b["desk"]:
                act.flags.add("other-desk")
            if it["holder"][0] == "desk":
                act.flags.add("not-out")
            if who is not None and it["holder"] not in (self.holder_of(who), ("tray", who)):
                act.flags.add("not-holder")
            back.append(it)
        ids = {id(it) for it in back}
        for ref in b["items"]:
            if ref["item"][0] == "R" and ref["item"] in self.items:
                for key in self.members_of(ref["item"]):
                    member = self.items[key]
                    if id(member) not in ids \
                            and member["holder"] == self.items[ref["item"]]["holder"]:
                        back.append(member)
                    elif id(member) not in ids and member["holder"] != here:
                        act.flags.add("ring-short")
                        ids.add(id(member))
        for it in back:
            self.move(act, it, here, event, "return")

    def check_return_receipt(self, act, clerk, rule):
        """by_whom and the receipt of a return, and who signs beside the clerk."""
        who, r = act.body["by_whom"], act.body["receipt"]
        others = [s for s in act.signers if s != act.by]
        self.need((r is None) == (who is None), rule,
                  "a receipt goes with a person who returns")
        if who is not None:
            self.need(who in self.persons or who in self.parties, "object",
                      "%s is not known" % who)
        if r is not None and who is not None and r["kind"] == "credential":
            self.need(who != act.by and others == [who], "seats",
                      "the returner does not sign")
            if who in self.persons and "auditor" in self.persons[who]["roles"]:
                self.bad("role", "an auditor signs no return")
            if clerk:
                self.need(any(who not in f for f in clerk), "seats",
                          "the clerk acts for the returner")
        else:
            self.need(not others, "seats", "nobody but the clerk signs this return")
            if r is not None:
                self.check_receipt_codes(r)
                self.need(who != act.by or r["kind"] == "screen", rule,
                          "a clerk's own return has the receipt kind screen")

    def do_key_refuse(self, act):
        self.judge_seats(act, (self.seat(self.custodians() | {"duty"}),))
        for ref in act.body["asked"]["items"]:
            self.item(ref)

    # ---- corrections and ratifications

    def do_act_correct(self, act):
        b = act.body
        self.need_code("reasons", b["reason"])
        old = self.acts.get(b["act"])
        if old is None:
            self.bad("object", "there is no such act")
            raise Skip
        name = old["name"]
        if name == "key.add/1" or name in MOVED_BACK and not old["body"].get("rehome"):
            desk = self.entry_of("desks", old["body"]["desk"])
            role = frozenset((desk["custodian_role"],)) if desk else frozenset()
            self.judge_seats(act, (self.seat(role), self.seat(frozenset(("supervisor",)))))
        elif name in ("place.add/1", "lock.add/1", "party.add/1"):
            self.two_officers(act)
        elif name in FOLDERS_BACK:
            self.judge_seats(act, (self.seat(frozenset(("archive_custodian",))),
                                   self.seat(frozenset(("supervisor",)))))
        else:
            self.bad("state", "%s cannot be corrected" % name)
            raise Skip
        if not self.need(not old["corrected"], "state", "the act is corrected already"):
            raise Skip
        old["corrected"] = True
        self.undo(act, b["act"], name)

    def undo(self, act, act_id, name):
        if name in FOLDERS_BACK:
            self.undo_folders(act_id)
            return
        if name in MOVED_BACK:
            for it in self.items.values():
                mine = [m for m in it["moves"] if m["act"] == act_id and not m["void"]]
                if not mine:
                    continue
                if self.need(self.last_move(it) is mine[-1], "state",
                             "an item has moved since"):
                    mine[-1]["void"] = True
                    it["holder"], it["due"] = mine[-1]["before"], mine[-1]["was_due"]
                    self.unmoved(act, it, mine[-1])
            return
        if name == "key.add/1":
            mine = [k for k, it in self.items.items() if it["by_act"] == act_id]
            used = [k for k in mine if self.last_move(self.items[k])["act"] != act_id
                    or self.referred(k) or any(x not in mine for x in self.members_of(k))]
            table = self.items
        elif name == "place.add/1":
            table = self.places
            mine = [k for k, v in table.items() if v["by_act"] == act_id]
            used = [k for k in mine
                    if any(v["parent"] == k and c not in mine
                           for c, v in self.places.items())
                    or any(v["place"] == k for v in self.locks.values())
                    or any(v["unit"] == k for v in self.parties.values())
                    or self.named_later(k)]
        elif name == "lock.add/1":
            table = self.locks
            mine = [k for k, v in table.items() if v["by_act"] == act_id]
            used = [k for k in mine if any(k in it["locks"] for it in self.items.values())
                    or self.named_later(k)]
        else:
            table = self.parties
            mine = [k for k, v in table.items() if v["by_act"] == act_id]
            used = [k for k in mine if self.referred(k)]
        if self.need(not used, "state", "something refers to what the act made"):
            for k in mine:
                if table is self.items:
                    self.forget(k)
                del table[k]

    def referred(self, name):
        """Whether an act that still counts names this item or party."""
        for rec in self.acts.values():
            body = rec["body"]
            if rec["corrected"]:
                continue
            if name in (body.get("party"), body.get("receiver"), body.get("by_whom")) \
                    and rec["name"] in ("request.open/1", "key.lend/1", "key.return/1"):
                return True
            asked = body.get("asked") or body
            if rec["name"] in ("request.open/1", "key.refuse/1") and (
                    asked.get("receiver") == name
                    or any(ref["item"] == name for ref in asked.get("items", ()))):
                return True
        return self.named_later(name)

    def named_later(self, name):
        """Whether an act of section 17 that still counts names it, or it holds an item."""
        return self.folders_name(name) or any(
            it["holder"] in (("party", name), ("home", name))
            for it in self.items.values()) or any(
            not rec["corrected"] and rec["name"] not in FIRST_ACTS
            and rec["name"] not in ("stocktake.open/1", "tag.blank/1", "tag.print/1")
            and name in named_in(rec["body"]) for rec in self.acts.values())

    def do_act_ratify(self, act):
        old = self.acts.get(act.body["act"])
        if old is None:
            self.bad("object", "there is no such act")
            raise Skip
        if "lost-one-officer" in old["flags"]:
            self.two_officers(act, (old["body"]["handle"],))
        elif "self-grant" in old["flags"]:
            h = old["body"]["handle"]
            apart = self.seat(OFFICER, (h,))
            if len([x for x in self.live_officers() if x != h]) >= 2:
                self.judge_seats(act, (apart, apart))
            else:
                self.judge_seats(act, (apart,))
        elif "giver-absent" in old["flags"]:
            self.judge_seats(act, (self.seat_person(old["body"]["from"], self.may_sit),))
        elif old["awaits"]:
            getattr(self, "ratify_" + old["name"].split("/")[0].replace(".", "_"))(act, old)
        else:
            self.bad("state", "this act needs no ratification")
            raise Skip
        self.need(not old["ratified"], "state", "the act is ratified already")
        old["ratified"] = True

    # ---- one act

    def apply(self, act):
        """Runs the handler of a known act whose structure is good."""
        if act.index > 0 or act.name == "ledger.succeed/1":
            self.check_terminals(act)
        handler = getattr(self, "do_" + act.name.split("/")[0].replace(".", "_"))
        self.note_commitments(act)
        try:
            if act.name in FOLDER_ACTS and self.policy["version"] < 2:
                self.bad("policy", "the policy in force is of version 1 and has no folders")
                raise Skip
            handler(act)
        except Skip:
            pass
        if act.name == "site.found/1":
            self.check_terminals(act)
        self.acts.setdefault(act.id, {
            "index": act.index, "act_id": act.id, "name": act.name, "body": act.body,
            "flags": act.flags, "corrected": False, "ratified": False, "order": self.order,
            "by": act.by, "signers": act.signers, "t": act.t, "at": act.at, "awaits": act.awaits,
            "keep": act.keep})
        self.order += 1

    def audit_end(self):
        """What only the end of the ledger shows: (record of an act, check, sentence)."""
        part = getattr(DeskActs, "audit_end", None)
        return list(part(self)) if part else []


# An act without its handler is not known.
ACTS.update({name: fields for name, fields in _section_17().items()
             if hasattr(State, "do_" + name.split("/")[0].replace(".", "_"))})


# ---------------------------------------------------------------------- the export

MISSING = ("bundle", "tile", "newer-act", "known-unsigned")


def tile_path(number):
    """005, x001/234: groups of three digits, all but the last with an x."""
    text = "%03d" % (number % 1000)
    number //= 1000
    while number:
        text = "x%03d/%s" % (number % 1000, text)
        number //= 1000
    return text


RE_TILE = re.compile(r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*)([0-9]{3})"
                     r"(?:\.p/([1-9][0-9]{0,2}))?")


class Report:
    """Findings and flags of one run."""

    def __init__(self):
        self.findings, self.flags, self.notes = [], [], []
        self.scope = ""

    def add(self, check, text, index=None, act_id=None, incomplete=False, scope="ledger"):
        self.findings.append({
            "index": index, "act_id": act_id, "check": check, "text": text, "after": None,
            "incomplete": incomplete, "scope": scope, "in": self.scope})


class Export:
    """The files of one export directory, read once and compared with what is recomputed."""

    def __init__(self, root, report):
        self.root, self.report = root, report
        self.entries, self.complete, self.note = [], True, None
        data = self.read("checkpoint")
        if data is None:
            report.add("checkpoint", "the export has no checkpoint", incomplete=True)
            self.complete = False
            return
        try:
            self.note = Checkpoint(data)
        except Refused as err:
            report.add("checkpoint", str(err))
            self.complete = False
            return
        if self.note.size > 2**32:
            report.add("checkpoint", "the checkpoint claims more entries than can be read")
            self.complete = False
            return
        self.read_entries()
        self.leaves = [sha(b"\0" + e) for e in self.entries]
        self.tree = Tree(self.leaves)

    def read(self, name):
        try:
            with open(os.path.join(self.root, name), "rb") as f:
                return f.read()
        except (FileNotFoundError, NotADirectoryError):
            return None

    @staticmethod
    def split_bundle(data):
        out, at = [], 0
        while at < len(data):
            size = int.from_bytes(data[at:at + 2], "big")
            if at + 2 + size > len(data) or at + 2 > len(data):
                return out, False
            out.append(data[at + 2:at + 2 + size])
            at += 2 + size
        return out, True

    def read_entries(self):
        size = self.note.size
        for n in range((size + 255) // 256):
            want = min(256, size - 256 * n)
            name = "tile/entries/" + tile_path(n)
            data = self.read(name) if want == 256 else self.read("%s.p/%d" % (name, want))
            if data is None and want < 256:
                data = self.read(name)
            if data is None:
                self.report.add("bundle", "%s is missing: entries from %d on cannot be read"
                                % (name, 256 * n), 256 * n, incomplete=True)
                self.complete = False
                return
            got, whole = self.split_bundle(data)
            if not whole or len(got) < want or (len(got) > want and len(got) != 256):
                self.report.add("bundle", "%s does not hold %d entries" % (name, want),
                                256 * n)
                self.entries += got[:want]
                if len(got) < want:
                    self.complete = False
                    return
                continue
            self.entries += got[:want]

    def expected_tile(self, level, number, width):
        if level == "entries":
            part = self.entries[number * 256:number * 256 + width]
            return b"".join(len(e).to_bytes(2, "big") + e for e in part)
        rows = self.tree.levels
        row = rows[8 * level] if 8 * level < len(rows) else []
        return b"".join(row[number * 256:number * 256 + width])

    def check_tiles(self):
        """Every tile the size demands is there; every tile there is is right."""
        if not self.complete:
            return
        size, level = self.note.size, 0
        while size >> (8 * level):
            count = size >> (8 * level)
            for n in range((count + 255) // 256):
                width = min(256, count - 256 * n)
                name = "tile/%d/%s" % (level, tile_path(n))
                partial = "%s.p/%d" % (name, width)
                if self.read(name if width == 256 else partial) is None \
                        and (width == 256 or self.read(name) is None):
                    self.report.add("tile", "%s is missing"
                                    % (name if width == 256 else partial), incomplete=True)
            level += 1
        others = []
        for folder, folders, names in os.walk(self.root):
            folders.sort()
            if folder == self.root and "predecessor" in folders:
                folders.remove("predecessor")
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), self.root)
                m = RE_TILE.fullmatch(path)
                if path == "checkpoint" or (m and self.compare(path, m)):
                    continue
                others.append(path)
        if others:
            self.report.notes.append("%d other files in the export were not read: %s"
                                     % (len(others), ", ".join(others[:5])))

    def compare(self, path, m):
        """Compares one tile file; False when it lies outside the tree."""
        level = m.group(1) if m.group(1) == "entries" else int(m.group(1))
        number = int((m.group(2) + m.group(3)).replace("x", "").replace("/", ""))
        width = int(m.group(4) or 256)
        count = len(self.entries) >> (0 if level == "entries" else 8 * level)
        if width > 256 or (m.group(4) and width == 256) or number * 256 >= count:
            return False
        data = self.read(path)
        have = min(width, count - number * 256)
        want = self.expected_tile(level, number, have)
        if have == width or not m.group(4):
            # A full file at the right edge may hold more than this checkpoint covers.
            good = data[:len(want)] == want if have < width else data == want
        else:
            return False
        if good:
            return True
        if level == 0:
            changed = [i for i in range(have)
                       if data[32 * i:32 * i + 32] != want[32 * i:32 * i + 32]]
            current = have == count - number * 256 or have == 256
            if len(data) == 32 * width and current and changed:
                for i in changed:
                    self.report.add("leaf", "the hash in %s is not that of the entry" % path,
                                    number * 256 + i)
                return True
        self.report.add("bundle" if level == "entries" else "tile",
                        "%s differs from what the entries give" % path,
                        number * 256 if level == "entries" else None)
        return True


# ---------------------------------------------------------------------- the replay

class Replay:
    """Walks the entries of one ledger and judges each at its index."""

    def __init__(self, export, state, report, types):
        self.export, self.state, self.report, self.types = export, state, report, types
        self.at, self.seen_last, self.seq = [], {}, {}
        self.sealed = []          # (index, nonce, pointer, {c,k})
        self.payloads = {}
        self.times = []           # T after each entry
        self.genesis = export.leaves[0].hex() if export.leaves else None
        self.ids = set()
        self.seen_broken = None
        self.orphan = False       # a successor whose predecessor is not there

    def finding(self, index, check, text, act_id=None, incomplete=False):
        self.report.add(check, text, index, act_id, incomplete)

    def run(self, limit):
        for index in range(limit):
            if not self.entry(index, self.export.entries[index]):
                return False
        return True

    def entry(self, index, data):
        state = self.state
        self.at.append(None)
        self.times.append(state.t)
        try:
            payload_bytes, sigs = open_envelope(data)
        except Refused as err:
            self.finding(index, "envelope", str(err))
            return index > 0
        message = pae(payload_bytes)
        act_id = sha(message).hex()
        try:
            payload = parse_canonical(payload_bytes)
        except Refused as err:
            self.finding(index, "canonical", str(err), act_id)
            return index > 0
        try:
            check_head(payload, index == 0)
        except Refused as err:
            self.finding(index, "structure", str(err), act_id)
            return index > 0

        def bad(check, text, incomplete=False):
            self.finding(index, check, text, act_id, incomplete)

        name, by, at = payload["act"], payload["by"], parse_time(payload["at"])
        before, state.t = state.t, at if state.t is None else max(state.t, at)
        self.at[index], self.times[index] = at, state.t
        self.payloads[index] = payload

        # The body's structure first: entry 0 brings the credentials that signed it.
        fields, body_good = self.types.acts.get(name), False
        if fields is not None:
            try:
                self.types.members(fields, payload["body"], "body")
                body_good = True
            except Refused as err:
                bad("structure", str(err))
        else:
            noun, version = name.split("/")
            known = [int(a.split("/")[1]) for a in self.types.acts
                     if a.split("/")[0] == noun]
            if known and int(version) > max(known):
                bad("newer-act", "%s is newer than this program" % name, True)
            else:
                bad("unknown-act", "%s is no act" % name)
        if (index == 0) != (name in ("site.found/1", "ledger.succeed/1")):
            bad("structure", "%s cannot be entry %d" % (name, index))
            if index == 0:
                return False
            body_good = False
        if index == 0 and not body_good:
            return False

        if act_id in self.ids:
            bad("duplicate", "this act stands in the ledger twice")
            body_good = False
        self.ids.add(act_id)
        if index > 0 and payload["ledger"] != self.genesis:
            bad("cross-ledger", "the act was signed for another ledger")

        state.findings = []
        act = Act(state, index, payload, act_id)
        if index == 0 and name == "ledger.succeed/1":
            for cred in state.creds.values():
                cred["index"] = 0
        if index == 0 and name == "site.found/1":
            self.apply(act, act_id)
            if not state.policies:
                return False
        elif index == 0 and not state.policies:
            self.orphan = True
            return False

        self.signatures(act, payload, sigs, message, bad)
        if self.seq.get(by, 0) + 1 != payload["actor_seq"]:
            bad("sequence", "%s's act should bear number %d, not %d"
                % (by, self.seq.get(by, 0) + 1, payload["actor_seq"]))
        self.seq[by] = payload["actor_seq"]
        self.seen(index, payload, sigs, bad)
        window = state.policy["submit_window"]
        if before is not None and at < before - window:
            bad("time", "at lies more than the submit window before the entries before it")
        seen_size = payload["seen"]["size"]
        if 1 <= seen_size <= index and self.at[seen_size - 1] is not None \
                and at < self.at[seen_size - 1]:
            bad("time", "at lies before the last entry that the signer had seen")

        if body_good and name != "site.found/1" and (by in state.persons):
            self.apply(act, act_id)
        if body_good:
            for pointer, field in self.types.sealed(fields, payload["body"], "/body"):
                self.sealed.append((index, pointer, field))
        for keyid, _ in sigs:
            state.signed_log.append((keyid, at))
        return True

    def apply(self, act, act_id):
        self.state.apply(act)
        for check, text in self.state.findings:
            self.finding(act.index, check, text, act_id)
        self.state.findings = []

    def signatures(self, act, payload, sigs, message, bad):
        """Every signature good, of a credential live at this index, one per named signer."""
        state, who = self.state, []
        for keyid, sig in sigs:
            cred = state.creds.get(keyid)
            if cred is None:
                bad("credential", "a signature is of a credential that is not enrolled")
                continue
            who.append(cred["handle"])
            if not cred["live"]:
                bad("credential", "the credential of %s was revoked before" % cred["handle"])
            if not signature_is_good(cred["pub"], sig, message):
                bad("signature", "the signature of %s does not hold" % cred["handle"])
        if len(who) == len(sigs) and sorted(who) != payload["signers"]:
            bad("person", "the signatures are not one of each named signer")
        elif any(h not in state.persons for h in payload["signers"]):
            bad("person", "a signer is no enrolled person")

    def seen(self, index, payload, sigs, bad):
        state, size = self.state, payload["seen"]["size"]
        root = bytes.fromhex(payload["seen"]["root"])
        if index == 0:
            if size != 0 or root != EMPTY_ROOT:
                bad("seen", "entry 0 has seen something")
            return
        if not 1 <= size <= index:
            bad("seen", "the signer claims to have seen %d of %d entries" % (size, index))
            return
        if self.export.tree.root(size) != root:
            known = [f["index"] for f in self.report.findings
                     if f["check"] == "leaf" and f["in"] == self.report.scope
                     and f["index"] < size]
            if not known and self.seen_broken is None:
                self.seen_broken = size
                bad("seen", "the signer saw another history of %d entries" % size)
            elif known or size >= self.seen_broken:
                self.report.hidden = getattr(self.report, "hidden", 0) + 1
            else:
                bad("seen", "the signer saw another history of %d entries" % size)
        if index - size > state.policy["seen_max_entries"]:
            bad("seen", "the signer's head is older than the policy allows")
        for keyid, _ in sigs:
            cred = state.creds.get(keyid)
            if cred is None:
                continue
            if size <= cred["index"]:
                bad("seen", "the head seen is older than the credential of %s"
                    % cred["handle"])
            if cred["handle"] == payload["by"]:
                last = self.seen_last.get(keyid, 0)
                if size < last:
                    bad("seen", "%s has seen more before" % payload["by"])
                self.seen_last[keyid] = max(size, last)

    def finish(self):
        """Flags of the acts of this ledger."""
        for line in self.state.lines.values():
            if not line["closed"]:
                self.report.flags.append((self.report.scope, line["index"], "open-lines"))
        for rec in self.state.acts.values():
            if rec.get("listed"):
                continue
            rec["listed"] = True
            for flag in rec["flags"]:
                self.report.flags.append((self.report.scope, rec["index"], flag))
            rec["in"] = self.report.scope
            if (rec["awaits"] or rec["flags"] & {"lost-one-officer", "self-grant",
                                                 "giver-absent"}) and not rec["ratified"]:
                self.report.flags.append((self.report.scope, rec["index"], "unratified"))


# ---------------------------------------------------------------------- one verification

class Ledger:
    """What is left of a checked ledger for anchors and openings."""

    def __init__(self, export, replay, origin, log_keys, limit):
        self.export, self.replay, self.origin = export, replay, origin
        self.log_keys, self.limit = log_keys, limit

    def log_key(self, size):
        best = None
        for index, vkey in self.log_keys:
            if index < size:
                best = vkey
        return best


def check_checkpoint(report, ledger):
    note, export = ledger.export.note, ledger.export
    vkey = ledger.log_key(note.size)
    if note.origin != ledger.origin:
        report.add("checkpoint", "the checkpoint is of another log")
    elif vkey is None or not note.signed_by(vkey):
        report.add("checkpoint", "the checkpoint is not signed by the log key in force")
    if export.complete and export.tree.root(note.size) != note.root:
        report.add("root", "the entries do not give the root of the checkpoint")


def read_anchor(data):
    """(note, index, leaf, path) of a checkpoint or of a receipt."""
    if not data.startswith(b"c2sp.org/tlog-proof@v1\n"):
        return Checkpoint(data), None, None, None
    head, cut, rest = data.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")[1:]
    leaf = None
    if lines and lines[0].startswith("extra "):
        extra = unbase64(lines.pop(0)[6:])
        if extra is None:
            raise Refused("the extra line of the receipt is no base64")
        leaf = sha(b"\0" + extra)
    if not cut or not lines or not re.fullmatch("index (0|[1-9][0-9]{0,15})", lines[0]):
        raise Refused("the receipt has no index line")
    path = [unbase64(line) for line in lines[1:]]
    if any(p is None or len(p) != 32 for p in path):
        raise Refused("a hash of the receipt is malformed")
    return Checkpoint(rest), int(lines[0][6:]), leaf, path


def check_known(report, ledgers, names):
    """Outside anchors; returns the newest one that the ledger contains."""
    best, current = None, ledgers[-1]
    for name in names:
        with open(name, "rb") as f:
            data = f.read()
        short = os.path.basename(name)
        try:
            note, index, leaf, path = read_anchor(data)
        except Refused as err:
            report.add("known", "%s cannot be used: %s" % (short, err), incomplete=True)
            continue
        mine = [k for k in ledgers if k.origin == note.origin]
        if not mine:
            report.add("known", "%s is of another log" % short, incomplete=True)
            continue
        ledger = mine[0]
        signer = ledger.log_key(min(note.size, ledger.limit))
        if not any(note.signed_by(v) for _, v in ledger.log_keys):
            report.add("known", "%s is signed by no key of this log" % short, incomplete=True)
            continue
        if note.size > ledger.limit:
            if ledger is not current:
                report.add("lost", "entries %d..%d were lost when the ledger was succeeded"
                           % (ledger.limit, note.size - 1))
            else:
                report.add("known", "entries %d..%d are missing: %s has seen them"
                           % (ledger.limit, note.size - 1, short))
            continue
        if not note.signed_by(signer):
            report.add("known", "%s is signed by a key that was not in force" % short,
                       incomplete=True)
            continue
        if ledger.export.tree.root(note.size) != note.root:
            report.add("known", "%s shows another history of %d entries"
                       % (short, note.size))
            continue
        if index is not None:
            held = ledger.export.leaves[index] if index < note.size else None
            if not inclusion_holds(index, note.size, leaf or held or b"", path, note.root) \
                    or (leaf is not None and leaf != held):
                report.add("known", "the entry of receipt %s is not at its place" % short,
                           index)
                continue
        if ledger is current and note.size and (best is None or note.size > best[0]):
            best = (note.size, ledger.replay.times[note.size - 1])
    return best


RE_PNG = b"\x89PNG\r\n\x1a\n"


def unpad(padded):
    """The text or picture inside pt', or None when it is not padded just so."""
    if not padded or len(padded) % 64:
        return None
    body = padded.rstrip(b"\0")
    if not body.endswith(b"\x80") or len(padded) - len(body) >= 64:
        return None
    return body[:-1]


def check_openings(report, ledger, name, erased):
    """Section 7: every commitment opens, and every opening is one of them."""
    def bad(text, index=None):
        report.add("openings", text, index, scope="openings")

    with open(name, "rb") as f:
        data = f.read()
    try:
        rows = parse_canonical(data, long_strings=True)
        if not isinstance(rows, list):
            raise Refused("not an array")
        for row in rows:
            if not isinstance(row, dict) or set(row) != {"entry", "k_com", "pointer", "pt"} \
                    or type(row["entry"]) is not int or not isinstance(row["k_com"], str) \
                    or not RE_HEX64.fullmatch(row["k_com"]) \
                    or not isinstance(row["pointer"], str) or unbase64(row["pt"]) is None:
                raise Refused("an element is no opening")
        if not _ascending([(r["entry"], _bytes_of(r["pointer"])) for r in rows]):
            raise Refused("the elements are not sorted by entry and pointer")
    except Refused as err:
        bad("the openings file is malformed: %s" % err)
        return
    left = {(index, pointer): field for index, pointer, field in ledger.replay.sealed}
    for row in rows:
        where = (row["entry"], row["pointer"])
        field = left.pop(where, None)
        if field is None:
            bad("an opening for %d %s names no commitment" % where, row["entry"])
            continue
        padded = unbase64(row["pt"])
        inner = unpad(padded)
        good = inner is not None
        if good and inner.startswith(RE_PNG):
            good = len(inner) <= 48 * 1024
        elif good:
            try:
                good = RE_STRING.fullmatch(inner.decode("utf-8")) is not None
            except UnicodeDecodeError:
                good = False
        c = hmac.new(bytes.fromhex(row["k_com"]), padded, hashlib.sha256).hexdigest()
        if not good or c != field["c"]:
            bad("the opening of %d %s does not match its commitment" % where, row["entry"])
    for index, pointer in sorted(left):
        if left[index, pointer]["k"] not in erased:     # else erased with authority
            bad("the personal field %d %s is missing without authority" % (index, pointer),
                index)


def verdict(findings, scope):
    mine = [f for f in findings if f["scope"] == scope]
    if any(not f["incomplete"] for f in mine):
        return "failed"
    return "incomplete" if mine else "verified"


def verify(root, trust=None, known=(), openings=None, acts=None, now=None):
    """Verifies an export; returns the report as a dictionary (the form of --json)."""
    types = Types(acts or ACTS)
    report = Report()
    state = State(types)
    folders, n = [], 1
    while os.path.isdir(os.path.join(root, "predecessor", str(n))):
        folders.append(("predecessor/%d" % n, os.path.join(root, "predecessor", str(n))))
        n += 1
    newest = Export(root, report)
    if folders and newest.entries and not succeeds(newest.entries[0]):
        report.notes.append("predecessor/ was not read: entry 0 succeeds no ledger")
        folders = []
    folders.append(("", root))
    exports = []
    for scope, folder in folders:
        report.scope = scope
        export = Export(folder, report) if scope else newest
        exports.append(export)
        if export.note is not None and hasattr(export, "tree"):
            export.check_tiles()
    ledgers = []
    for n, (scope, _) in enumerate(folders):
        report.scope = scope
        export = exports[n]
        if not export.entries:
            report.add("genesis", "there is no entry to verify",
                       incomplete=not export.complete)
            break
        limit = len(export.entries)
        if n + 1 < len(folders):
            report.scope = folders[n + 1][0]
            limit = check_fork(report, export, exports[n + 1], limit)
            report.scope = scope
            if limit is None:
                break
        state.acts_before = len(state.acts)
        state.log_keys = []
        replay = Replay(export, state, report, types)
        go_on = replay.run(limit)
        if not go_on:
            if replay.orphan:
                report.add("bundle", "the predecessor of this ledger is not in the export",
                           0, incomplete=True)
            else:
                report.add("genesis", "entry 0 does not found a ledger", 0)
            break
        ledger = Ledger(export, replay, state.origin, list(state.log_keys), limit)
        ledgers.append(ledger)
        # A predecessor's head is judged with all its entries only when all were replayed.
        if limit == len(export.entries):
            check_checkpoint(report, ledger)
        replay.finish()
    for rec, check, text in state.audit_end():
        if rec.get("in"):      # an entry of a predecessor, judged in its own export
            continue
        report.add(check, text, rec["index"], rec["act_id"])
    whole = len(ledgers) == len(folders)
    size = exports[-1].note.size if exports[-1].note else 0
    result = {"size": size, "root": "", "genesis": "", "pinned": False,
              "anchor": {"size": None, "time": None}}
    if exports[-1].entries and hasattr(exports[-1], "tree"):
        result["root"] = exports[-1].tree.root(len(exports[-1].entries)).hex()
        result["genesis"] = exports[-1].leaves[0].hex()
    if trust is not None and result["genesis"]:
        result["pinned"] = trust.genesis == result["genesis"]
        if not result["pinned"]:
            report.add("genesis", "this is not the ledger that the trust file pins")
    best = None
    if whole:
        ledger = ledgers[-1]
        if ledger.export.complete and state.t is not None \
                and state.t > (time.time() if now is None else now) + 3600:
            report.add("time-ahead", "the ledger's time %s lies ahead of the clock"
                       % show_time(state.t), ledger.replay.times.index(state.t))
        if trust is not None:
            if result["pinned"] and trust.log.text not in [v.text for _, v in ledger.log_keys]:
                report.add("checkpoint", "the trust file's log key is not one of this ledger")
            if not trust.met(ledger.export.note):
                report.add("quorum", "the witnesses that the trust file wants did not cosign")
            elif trust.quorum != "none":
                stamp = getattr(ledger.export.note, "cosigned", None)
                best = (ledger.export.note.size, stamp)
            for v in trust.witnesses.values():
                if v.key in state.pubs:
                    report.add("credential", "a witness key is also a key of this ledger")
        anchor = check_known(report, ledgers, known)
        if anchor and (best is None or anchor[0] > best[0]):
            best = anchor
        if best:
            result["anchor"] = {"size": best[0], "time": show_time(best[1])}
        if openings is not None:
            check_openings(report, ledger, openings, state.erased)
    elif openings is not None:
        report.add("openings", "the ledger could not be replayed", incomplete=True,
                   scope="openings")

    order = {scope: n for n, (scope, _) in enumerate(folders)}
    broken = [(order[f["in"]], f["index"]) for f in report.findings
              if f["scope"] == "ledger" and f["index"] is not None and not f["incomplete"]]
    if broken:
        first = min(broken)
        for f in report.findings:
            if f["index"] is not None and (order[f["in"]], f["index"]) > first \
                    and f["scope"] == "ledger":
                f["after"] = first[1]
    report.findings.sort(key=lambda f: (
        f["incomplete"], order[f["in"]], f["after"] is not None,
        f["index"] is not None and f["index"], f["index"] is None))
    result["ledger"] = verdict(report.findings, "ledger")
    result["openings"] = "not in scope" if openings is None \
        else verdict(report.findings, "openings")
    result["read_model"] = "not in scope"
    result["findings"] = [
        {k: f[k] for k in ("index", "act_id", "check", "text", "after")}
        | ({"in": f["in"]} if f["in"] else {}) for f in report.findings[:1000]]
    result["flags"] = [{"index": i, "check": c} | ({"in": s} if s else {})
                       for s, i, c in sorted(set(report.flags))]
    result["counted"] = getattr(report, "hidden", 0)
    result["notes"] = report.notes
    return result


def succeeds(entry):
    """Whether entry 0 is that of a successor; anything unreadable is judged later."""
    try:
        return parse_canonical(open_envelope(entry)[0])["act"] != "site.found/1"
    except (Refused, KeyError, TypeError):
        return True


def check_fork(report, export, successor, limit):
    """How many entries of a predecessor the successor keeps; None when that is not known."""
    try:
        payload = parse_canonical(open_envelope(successor.entries[0])[0])
        old = payload["body"]["old"]
        left, ledger = old["head_left"], old["ledger"]
        size, root = left["size"], bytes.fromhex(left["root"])
        if payload["act"] != "ledger.succeed/1" or type(size) is not int or size < 1:
            raise Refused("no successor")
    except (Refused, IndexError, KeyError, TypeError, ValueError):
        report.add("genesis", "entry 0 does not succeed the ledger before it", 0)
        return None
    if ledger != export.leaves[0].hex():
        report.add("genesis", "entry 0 succeeds another ledger than the one before it", 0)
    if size > limit:
        report.add("bundle", "the predecessor's export ends before the head that was kept", 0,
                   incomplete=True)
        return limit
    if export.tree.root(size) != root:
        report.add("root", "entry 0 keeps another history of the ledger before it", 0)
    return size


def exit_code(result):
    states = (result["ledger"], result["openings"])
    return 3 if "failed" in states else 6 if "incomplete" in states else 0


def show(result):
    """The plain text form."""
    lines = ["ledger: %s%s" % (result["ledger"], "" if result["pinned"] else
                               ", genesis not pinned"),
             "openings: %s" % result["openings"], "read model: not in scope",
             "entries %d, root %s" % (result["size"], result["root"]),
             "genesis %s" % result["genesis"]]
    if result["anchor"]["size"] is None:
        lines.append("no outside anchor: a tail cut off since could not be seen")
    else:
        lines.append("newest outside anchor: %d entries, %s"
                     % (result["anchor"]["size"], result["anchor"]["time"]))
    for f in result["findings"]:
        where = "ledger" if f["index"] is None else "entry %d" % f["index"]
        after = "" if f["after"] is None else " (after %d)" % f["after"]
        lines.append("%s%s: %s: %s%s" % (f.get("in", "") and f["in"] + " ", where,
                                         f["check"], f["text"], after))
    if result["counted"]:
        lines.append("%d later acts saw another root; counted under the findings above"
                     % result["counted"])
    for f in result["flags"]:
        lines.append("flag: %sentry %d: %s" % (f.get("in", "") and f["in"] + " ", f["index"],
                                              f["check"]))
    return "\n".join(lines + result["notes"]) + "\n"


def main(argv):
    p = argparse.ArgumentParser(description="Verify a custody export.")
    p.add_argument("export")
    p.add_argument("--trust")
    p.add_argument("--known", action="append", default=[], nargs="+")
    p.add_argument("--openings")
    p.add_argument("--acts")
    p.add_argument("--now")
    p.add_argument("--json", action="store_true")
    args = p.parse_args(argv)
    now = None
    if args.now is not None:
        now = parse_time(args.now)
        if now is None:
            p.error("--now wants a time like 2026-11-22T08:00:00Z")
    if not os.path.isdir(args.export):
        p.error("there is no directory %s" % args.export)
    try:
        trust = Trust(args.trust) if args.trust else None
        acts = load_acts(args.acts) if args.acts else None
        result = verify(args.export, trust, sum(args.known, []), args.openings, acts, now)
    except (Refused, OSError, UnicodeDecodeError, json.JSONDecodeError) as err:
        p.error(str(err))
    if args.json:
        print(json.dumps(result, ensure_ascii=False, sort_keys=True))
    else:
        sys.stdout.write(show(result))
    return exit_code(result)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
