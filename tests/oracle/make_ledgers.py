#!/usr/bin/python3
"""Makes small complete exports, good and bad, from schema/FORMATS.md alone.

    make_ledgers.py OUTDIR [--big N]

Each case is OUTDIR/<case>/{export/,trust,expected.json}; a few have known/ or openings.json.
Everything is deterministic: keys come from names, nonces from the running number.  A bad case
is signed perfectly and breaks one rule, or is good and was tampered with in one way.
expected.json: verdict of the ledger, index and check of the first violation (null where it
is about no entry), `also` the checks that a reader may name instead, `flags`, and the
verdict of the openings where there is an openings file.

It shares nothing with verify.py: another canonicaliser, another tree, another envelope.
"""

import base64
import calendar
import copy
import functools
import hashlib
import hmac
import json
import os
import shutil
import struct
import sys
import time

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

START = calendar.timegm((2026, 3, 2, 1, 0, 0))
DAY = 86400
ORIGIN = "cuihu.example/custody"
TYPE = "application/vnd.custody.act.v1+json"


# The parts import this module by its name, also when it is run.
sys.modules.setdefault("make_ledgers", sys.modules[__name__])


def sha(data):
    return hashlib.sha256(data).digest()


def b64(data):
    return base64.b64encode(data).decode()


def when(t):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(t))


def canon(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"),
                      ensure_ascii=False).encode()


@functools.lru_cache(None)
def key(name):
    return Ed25519PrivateKey.from_private_bytes(sha(b"custody oracle key " + name.encode()))


@functools.lru_cache(None)
def pub(name):
    return key(name).public_key().public_bytes(serialization.Encoding.Raw,
                                               serialization.PublicFormat.Raw)


def keyid(name):
    return sha(pub(name)).hex()


def proof(name, handle, origin=ORIGIN):
    return b64(key(name).sign(b"custody/possession/v1\0" + origin.encode() + b"\0"
                              + handle.encode() + b"\0" + pub(name)))


def vkey(name, origin=ORIGIN, kind=1):
    raw = bytes((kind,)) + pub(name)
    return "%s+%s+%s" % (origin, sha(origin.encode() + b"\n" + raw)[:4].hex(), b64(raw))


def pae(payload):
    return b"DSSEv1 " + str(len(TYPE)).encode() + b" " + TYPE.encode() + b" " \
        + str(len(payload)).encode() + b" " + payload


def envelope(payload, signatures):
    """signatures: [(keyid hex, raw signature)], written in the order given."""
    sigs = ",".join('{"keyid":"%s","sig":"%s"}' % (k, b64(s)) for k, s in signatures)
    return ('{"payload":"%s","payloadType":"%s","signatures":[%s]}'
            % (b64(payload), TYPE, sigs)).encode()


def mth(leaves):
    """The Merkle tree hash of RFC 6962, as its definition says it."""
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha(b"\1" + mth(leaves[:k]) + mth(leaves[k:]))


def audit_path(m, leaves):
    if len(leaves) <= 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return audit_path(m, leaves[:k]) + [mth(leaves[k:])]
    return audit_path(m - k, leaves[k:]) + [mth(leaves[:k])]


def note_line(name, key_name, text, kind=1, stamp=None):
    raw = bytes((kind,)) + pub(key_name)
    ident = sha(name.encode() + b"\n" + raw)[:4]
    if kind == 4:
        body = struct.pack(">Q", stamp) + key(key_name).sign(
            b"cosignature/v1\ntime %d\n" % stamp + text)
    else:
        body = key(key_name).sign(text)
    return "\u2014 %s %s\n" % (name, b64(ident + body))


def checkpoint(leaves, log, origin=ORIGIN, root=None):
    text = "%s\n%d\n%s\n" % (origin, len(leaves), b64(root or mth(leaves)))
    return (text + "\n" + note_line(origin, log, text.encode())).encode()


def tile_name(n):
    groups = ["%03d" % (n % 1000)]
    while n >= 1000:
        n //= 1000
        groups.insert(0, "x%03d" % (n % 1000))
    return "/".join(groups)


class Seal:
    """A personal field; becomes {c,k} when the payload is made."""

    def __init__(self, subject, text):
        self.subject, self.text = subject, text


ENGINEERS = ("engineering_manager", "engineering_supervisor")
POLICY = {
    "approval_life": 172800, "delegation_days": 30, "late_max_days": 7,
    "seen_max_entries": 4096, "submit_window": 900, "loan_max_days": 30,
    "desks": [
        {"classes": ["home", "public"], "code": "front", "custodian_role": "key_custodian",
         "label": "客服部钥匙柜"},
        {"classes": ["facility"], "code": "plant", "custodian_role": "engineering_custodian",
         "label": "工程部钥匙柜"}],
    "key_classes": [
        {"code": "facility", "consent": False, "copy_approval": list(ENGINEERS),
         "label": "设施设备房", "lend_approval": [], "rule": "K10"},
        {"code": "home", "consent": False, "copy_approval": list(ENGINEERS),
         "label": "业主钥匙", "lend_approval": ["centre_manager", "supervisor"],
         "rule": "K10a"},
        {"code": "public", "consent": False, "copy_approval": list(ENGINEERS),
         "label": "公共门窗", "lend_approval": [], "rule": "K10"}],
    "lock_kinds": [
        {"class": "home", "code": "home_door", "label": "防盗铁门"},
        {"class": "facility", "code": "plant_room", "label": "设备房门"},
        {"class": "public", "code": "public_door", "label": "公用门"}],
    "high_risk": ["PLANT-1"], "high_risk_approval": ["engineering_manager"],
    "purposes": [{"code": "private", "label": "私人", "private": True},
                 {"code": "repair", "label": "维修", "private": False},
                 {"code": "round", "label": "巡检", "private": False}],
    "reasons": [{"code": c, "label": t} for c, t in (
        ("compromised", "泄露"), ("error", "登记有误"), ("leave", "休假"), ("lost", "遗失"),
        ("other", "其他"))],
    "late_reasons": [{"code": "outage", "label": "停电"}],
    "unsigned_reasons": [{"code": "device", "label": "设备故障"}],
    "two_terminals": ["policy.set"], "recovery_officer": "he", "vault_recovery": None,
    "version": 1,
    "causes": [{"code": "fire", "label": "火警"}, {"code": "water", "label": "漏水"}],
    "channels": [{"code": "phone", "label": "电话"}, {"code": "wechat", "label": "微信"}],
    "documents": [{"code": "id_card", "label": "身份证"}, {"code": "lease", "label": "合同"}],
    "emergency_due_h": 24, "escort_max_min": 240, "holidays": [], "ratify_h": 12,
    "shifts": [], "spare_min": 1, "standing_approval": list(ENGINEERS),
    "stocktake_sample": 2,
    "warning_reasons": [{"code": "only_one", "label": "仅有一把"},
                        {"code": "urgent", "label": "情况紧急"}],
}
TWO = {"sheet": None, "terminals": 2}
ONE = {"sheet": None, "terminals": 1}


def policy(**over):
    out = copy.deepcopy(POLICY)
    out.update(over)
    return out


LABEL = {"K00000001": "3栋-2单元-1201 防盗铁门", "K00000002": "3栋-2单元-1201 防盗铁门 副",
         "K00000003": "3栋 大门", "K00000004": "3栋 大门 副", "K00000005": "配电房",
         "K00000006": "水泵房", "R00000010": "3栋-2单元-1201"}


def items(*names):
    return [{"item": n, "label": LABEL.get(n, n)} for n in sorted(names)]


RECEIPT = {"image": None, "kind": "credential", "slip": None, "unsigned_reason": None}


def receipt(kind="credential", **over):
    return dict(RECEIPT, kind=kind, **over)


class Site:
    """Builds one ledger; knows no rules, only bytes."""

    def __init__(self, origin=ORIGIN, log="log-1"):
        self.origin, self.log, self.first_log = origin, log, log
        self.entries, self.leaves, self.stack = [], [], []
        self.ids, self.seq, self.t = [], {}, START
        self.key_of = {}          # handle -> name of the key he signs with
        self.openings = []
        self.count = 0
        self.predecessors = []

    # ---- tree and acts

    def root(self, size=None):
        if size is not None and size != len(self.leaves):
            return mth(self.leaves[:size])
        r = None
        for _, h in reversed(self.stack):
            r = h if r is None else sha(b"\1" + h + r)
        return r or sha(b"")

    def push(self, env, act_id=None):
        self.entries.append(env)
        h, width = sha(b"\0" + env), 1
        self.leaves.append(h)
        self.ids.append(act_id)
        while self.stack and self.stack[-1][0] == width:
            h = sha(b"\1" + self.stack.pop()[1] + h)
            width *= 2
        self.stack.append((width, h))
        return act_id

    def seal(self, value, nonce, pointer):
        if isinstance(value, Seal):
            k = sha(b"subject " + value.subject.encode())[:16].hex()
            subject_key = sha(b"subject key " + value.subject.encode())
            kf = hmac.digest(subject_key, b"custody/field/v1\0" + bytes.fromhex(nonce)
                             + b"\0" + pointer.encode(), "sha256")
            k_com = hmac.digest(kf, b"com", "sha256")
            pt = value.text.encode() + b"\x80"
            pt += b"\0" * (-len(pt) % 64)
            self.openings.append({"entry": len(self.entries), "k_com": k_com.hex(),
                                  "pointer": pointer, "pt": b64(pt)})
            return {"c": hmac.digest(k_com, pt, "sha256").hex(), "k": k}
        if isinstance(value, dict):
            return {n: self.seal(v, nonce, pointer + "/" + n) for n, v in value.items()}
        if isinstance(value, list):
            return [self.seal(v, nonce, "%s/%d" % (pointer, n)) for n, v in enumerate(value)]
        return value

    def act(self, name, body, signers, by=None, at=None, step=60, seen=None, seq=None,
            ledger=None, keys=None, edit=None, edit_bytes=None, nonce=None, sign_as=None,
            spoil=None):
        """Makes, signs and appends one act; the options break it."""
        signers = sorted(signers)
        by = by or signers[0]
        self.t += step
        at = self.t if at is None else at
        self.count += 1
        nonce = nonce or sha(b"nonce %s %d" % (self.origin.encode(), self.count))[:16].hex()
        index = len(self.entries)
        size = index if seen is None else seen
        root = self.root(size) if index else sha(b"")
        payload = {
            "act": name, "actor_seq": seq or self.seq.get(by, 0) + 1, "at": when(at),
            "body": self.seal(body, nonce, "/body"), "by": by,
            "ledger": ledger or (self.leaves[0].hex() if index else None), "nonce": nonce,
            "seen": {"root": root.hex(), "size": size}, "signers": signers}
        if index == 0:
            del payload["ledger"]
        self.seq[by] = payload["actor_seq"]
        if edit:
            edit(payload)
        data = canon(payload)
        if edit_bytes:
            data = edit_bytes(data)
        message = pae(data)
        names = sign_as or [(keys or {}).get(h) or self.key_of.get(h, h) for h in signers]
        sigs = sorted((keyid(n), key(n).sign(message)) for n in names)
        if spoil:
            sigs = spoil(sigs)
        return self.push(envelope(data, sigs), sha(message).hex())

    # ---- usual acts

    def found(self, **over):
        founders = [
            {"handle": h, "roles": r, "staff_no": n, "credential": pub(h).hex(),
             "proof": proof(h, h, self.origin)} for h, r, n in (
                ("chen", ["centre_manager"], "001"), ("he", ["administrator"], "002"),
                ("shen", ["auditor"], "003"), ("wang", ["administrator"], "004"))]
        body = dict({"founders": founders, "log": vkey(self.log, self.origin),
                     "name": "翠湖花园客服中心", "origin": self.origin, "policy": policy(),
                     "utc_offset_min": 480, **TWO}, **over)
        opts = body.pop("opts", {})
        return self.act("site.found/1", body, opts.pop("signers", None)
                        or [f["handle"] for f in body["founders"]], by="chen", **opts)

    def two(self, name, body, signers=("chen", "wang"), **opts):
        return self.act(name, dict(body, **TWO), signers, **opts)

    def enrol(self, handle, roles, signers=("chen", "wang"), credential=True, opts=None,
              **over):
        body = {"credential": pub(handle).hex() if credential else None, "handle": handle,
                "name": None, "proof": proof(handle, handle, self.origin)
                if credential else None, "roles": sorted(roles),
                "staff_no": "E-" + handle.upper()}
        body.update(over)
        return self.two("person.enrol/1", body, signers, **(opts or {}))

    def place(self, places, signers=("li", "sun"), **opts):
        return self.two("place.add/1", {"places": [
            {"code": c, "kind": k, "label": t, "parent": p} for c, k, t, p in places]},
            signers, **opts)

    def lock(self, locks, signers=("li", "sun"), **opts):
        return self.two("lock.add/1", {"locks": [
            {"code": c, "kind": k, "label": c, "place": p} for c, k, p in locks]},
            signers, **opts)

    def keys(self, desk, keys, signers=("li", "sun"), **opts):
        return self.two("key.add/1", {"desk": desk, "keys": [
            {"item": i, "copy": n, "label": LABEL.get(i, i), "locks": k, "ring": r and
             {"item": r, "label": LABEL.get(r, r)}} for i, n, k, r in keys]}, signers, **opts)

    def base(self, **policy_over):
        """Eleven people, a register, six keys, one ring, one owner."""
        self.found(**({"policy": policy(**policy_over)} if policy_over else {}))
        self.enrol("li", ["key_custodian"], name=Seal("li", "李娟"))
        for h, r in (("sun", "supervisor"), ("zhou", "engineering_custodian"),
                     ("wu", "engineering_manager"), ("zheng", "duty"),
                     ("qian", "service_staff"), ("feng", "staff")):
            self.enrol(h, [r])
        self.enrol("bai", ["staff"], credential=False)
        self.place([("3", "building", "3栋", None), ("3-2", "unit", "3栋-2单元", "3"),
                    ("3-2-12-1201", "home", "3栋-2单元-1201", "3-2"),
                    ("PLANT", "area", "设备区", None),
                    ("PLANT-1", "room", "配电房", "PLANT"),
                    ("PLANT-2", "room", "水泵房", "PLANT")])
        self.lock([("3-2-12-1201.D", "home_door", "3-2-12-1201"), ("3.D", "public_door", "3"),
                   ("PLANT-1.D", "plant_room", "PLANT-1"),
                   ("PLANT-2.D", "plant_room", "PLANT-2")])
        self.keys("front", [("K00000001", 1, ["3-2-12-1201.D"], "R00000010"),
                            ("K00000002", 2, ["3-2-12-1201.D"], "R00000010"),
                            ("K00000003", 1, ["3.D"], None), ("K00000004", 2, ["3.D"], None)])
        self.keys("plant", [("K00000005", 1, ["PLANT-1.D"], None),
                            ("K00000006", 1, ["PLANT-2.D"], None)], ("zhou", "sun"))
        self.act("party.add/1", {"name": Seal("p9", "王建国"), "party": "P00000009",
                                 "phone": Seal("p9", "13800000000"), "relation": "owner",
                                 "unit": "3-2-12-1201"}, ["qian"])
        return self

    def lend(self, names=("K00000003",), to="feng", by="li", desk="front", signers=None,
             opts=None, **over):
        body = {"approval": None, "desk": desk, "due": when(self.t + 8 * 3600),
                "event_at": None, "items": items(*names), "late": None,
                "on_behalf": "工程部 工单 118", "purpose": "repair", "receipt": receipt(),
                "receiver": to, **TWO}
        body.update(over)
        if signers is None:
            signers = [by, to] if body["receipt"]["kind"] == "credential" else [by]
        if len(signers) == 1 and "terminals" not in over:
            body["terminals"] = 1
        return self.act("key.lend/1", body, signers, by=by, **(opts or {}))

    def back(self, names=("K00000003",), who="feng", by="li", desk="front", signers=None,
             opts=None, **over):
        body = {"by_whom": who, "condition": "ok", "desk": desk, "event_at": None,
                "items": items(*names), "late": None,
                "receipt": receipt() if who else None, **TWO}
        body.update(over)
        if signers is None:
            signed = body["receipt"] and body["receipt"]["kind"] == "credential"
            signers = [by, who] if signed else [by]
        if len(signers) == 1 and "terminals" not in over:
            body["terminals"] = 1
        return self.act("key.return/1", body, signers, by=by, **(opts or {}))

    def refuse(self, by="li", names=("K00000003",), **opts):
        return self.act("key.refuse/1", {"asked": {
            "items": items(*names), "purpose": "private", "receiver": "feng"},
            "rule": "K3"}, [by], **opts)

    def ask(self, names=("K00000001",), by="feng", opts=None, **over):
        body = {"for": "key.lend", "items": items(*names), "party": None,
                "purpose": "repair",
                "window": {"end": when(self.t + DAY), "start": when(self.t)}}
        body.update(over)
        return self.act("request.open/1", body, [by], **(opts or {}))

    def approve(self, request, by="sun", until=None, count=1, **opts):
        return self.act("request.approve/1", {
            "limits": {"count": count, "until": when(until or self.t + DAY)},
            "request": request}, [by], **opts)

    def grant(self, handle, roles, signers=("chen", "wang"), **opts):
        return self.two("role.grant/1", {"handle": handle, "roles": sorted(roles)}, signers,
                        **opts)

    def suspend(self, handle, by="chen", **opts):
        return self.act("person.suspend/1", {"handle": handle, "reason": "other"}, [by],
                        **opts)

    def revoke_role(self, handle, roles, by="chen", **opts):
        return self.act("role.revoke/1", {"handle": handle, "roles": sorted(roles)}, [by],
                        **opts)

    def revoke(self, name, by="chen", reason="other", suspect=None, **opts):
        return self.act("credential.revoke/1", {"keyid": keyid(name), "reason": reason,
                                                "suspect_from": suspect}, [by], **opts)

    def credential(self, handle, name, reason, signers=("chen", "wang"), by=None, **over):
        opts = over.pop("opts", {})
        body = dict({"credential": pub(name).hex(), "fingerprint_card": None,
                     "handle": handle, "proof": proof(name, handle, self.origin),
                     "reason": reason}, **over)
        done = self.two("credential.add/1", body, signers, by=by, **opts)
        if reason != "add":
            self.key_of[handle] = name
        return done

    def delegate(self, giver, taker, roles, days=10, signers=None, opts=None, **over):
        body = {"end": when(self.t + days * DAY), "from": giver, "reason": "leave",
                "roles": sorted(roles), "start": when(self.t), "to": taker, **TWO}
        body.update(over)
        return self.act("role.delegate/1", body, signers or (giver, taker), **(opts or {}))

    def set_policy(self, new, start=None, signers=("chen", "wang"), **opts):
        terminals = opts.pop("terminals", 2)
        return self.act("policy.set/1", {"policy": new, "sheet": None,
                                         "start": when(self.t + 60 if start is None
                                                       else start),
                                         "terminals": terminals}, signers, **opts)

    def rotate(self, name, signers=("chen", "wang"), **over):
        opts = over.pop("opts", {})
        self.two("log.rotate/1", dict({"log": vkey(name, self.origin),
                                       "proof": proof(name, "", self.origin)}, **over),
                 signers, **opts)
        self.log = name

    def line(self, name, body, by="li", **opts):
        return self.act("import.line/1", {"act": name, "body": body}, [by], **opts)

    def close(self, name, lines, signers=("li", "sun"), **opts):
        return self.two("import.close/1", {"act": name, "lines": lines}, signers, **opts)

    def correct(self, act_id, signers=("li", "sun"), **opts):
        return self.two("act.correct/1", {"act": act_id, "note": None, "reason": "error"},
                        signers, **opts)

    def ratify(self, act_id, signers=("chen", "wang"), **opts):
        both = TWO if len(signers) > 1 else ONE
        return self.act("act.ratify/1", dict(both, act=act_id), signers, **opts)

    # ---- export

    def write(self, folder, entries=None, hashes=None, head=None, skip=()):
        """entries, hashes, head replace what an honest export would have."""
        entries = self.entries if entries is None else entries
        leaves = [sha(b"\0" + e) for e in entries] if hashes is None else hashes
        os.makedirs(folder)

        def put(name, data):
            if name in skip:
                return
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(data)

        def tiles(kind, rows, join):
            for n in range(0, len(rows), 256):
                part = rows[n:n + 256]
                name = "tile/%s/%s" % (kind, tile_name(n // 256))
                put(name if len(part) == 256 else "%s.p/%d" % (name, len(part)), join(part))

        tiles("entries", entries,
              lambda part: b"".join(struct.pack(">H", len(e)) + e for e in part))
        level, rows = 0, leaves
        while rows:
            tiles(level, rows, b"".join)
            rows = [mth(rows[n:n + 256]) for n in range(0, len(rows) - 255, 256)]
            level += 1
        for n, site in enumerate(self.predecessors):
            site.write(os.path.join(folder, "predecessor", str(n + 1)))
        put("checkpoint", head or checkpoint(leaves, self.log, self.origin))

    def trust(self, extra="", genesis=None, quorum="none"):
        return "custody-trust/v1\ngenesis %s\nlog %s\n%squorum %s\n" % (
            genesis or self.leaves[0].hex(), vkey(self.first_log, self.origin), extra, quorum)

    def receipt_file(self, index, leaves=None):
        leaves = leaves or self.leaves
        path = "".join(b64(h) + "\n" for h in audit_path(index, leaves))
        return ("c2sp.org/tlog-proof@v1\nextra %s\nindex %d\n%s\n"
                % (b64(self.entries[index]), index, path)).encode() \
            + checkpoint(leaves, self.log, self.origin)


# ---------------------------------------------------------------------- the cases

CASES = []
LAST = "last"


class Case:
    """What one case writes beside its export, and what is expected of it."""

    def __init__(self, site):
        self.site, self.write, self.trust = site, {}, None
        self.known, self.openings, self.index = {}, None, LAST
        self.openings_verdict, self.after_write = None, None
        self.flags = None


def case(name, verdict="failed", check=None, *also, start="base"):
    def keep(build):
        CASES.append((name, verdict, check, also, start, build))
        return build
    return keep


def good(name, start="base"):
    return case(name, "verified", start=start)


# ---- good

@good("good-founding", "found")
def _(s, c):
    c.flags = []


@good("good-base")
def _(s, c):
    c.flags = []


@good("good-full")
def _(s, c):
    """Every act at least once, and most of the ways to do it."""
    flags = []

    def flag(check):
        flags.append([len(s.entries) - 1, check])

    # Loans: signed, on paper to an owner, a ring, unsigned with a colleague.
    first = s.lend()
    s.back()
    s.correct(s.lend(["K00000004"]))
    s.lend(["K00000004"], "bai", receipt=receipt("paper", slip="0001"))
    s.back(["K00000004"], "bai", receipt=receipt("thumb"))
    s.lend(["K00000004"], "feng", receipt=receipt("screen", unsigned_reason="device"),
           signers=["li", "qian"])
    flag("unsigned-receipt")
    s.back(["K00000004"], None, by="zheng")
    s.back(["K00000004"], "feng", receipt=receipt("screen"), condition="damaged")
    flag("damaged")
    flag("not-holder")
    flag("not-out")
    s.refuse()

    # A ring with an approval, for its owner.
    r = s.ask(["R00000010"], "qian", party="P00000009")
    ok = s.approve(r)
    s.lend(["R00000010"], "P00000009", approval=ok,
           receipt=receipt("thumb", image=Seal("p9", "thumb")))
    s.back(["R00000010"], "P00000009", receipt=receipt("thumb"))
    # One key out of the ring, then the ring without it.
    r = s.ask(["K00000001", "R00000010"], "feng")
    s.lend(["K00000001"], "feng", approval=s.approve(r))
    flag("from-ring")
    r = s.ask(["R00000010"], "qian")
    s.lend(["R00000010"], "qian", approval=s.approve(r, "chen"))
    flag("ring-short")
    s.back(["R00000010"], "qian", by="zheng")
    flag("ring-short")
    s.back(["K00000001"], "feng", desk="plant", by="zhou")
    flag("other-desk")
    s.back(["K00000001"], None)
    flag("not-out")
    # High risk; a request rejected and one cancelled.
    r = s.ask(["K00000005"], "zhou", party="feng")
    s.lend(["K00000005"], "feng", "zhou", "plant", approval=s.approve(r, "wu"))
    s.back(["K00000005"], "feng", "zhou", "plant", event_at=when(s.t + 30), late="outage")
    flag("late")
    s.act("request.reject/1", {"reason": "other", "request": s.ask()}, ["sun"])
    s.act("request.cancel/1", {"reason": "error", "request": s.ask()}, ["feng"])
    # A correction of a return, of places, locks, parties and keys.
    s.lend(["K00000006"], "wu", "zhou", "plant")
    s.correct(s.back(["K00000006"], "wu", "zhou", "plant"), ("sun", "zhou"))
    s.back(["K00000006"], "wu", "zhou", "plant")
    s.two("act.correct/1", {"act": s.place([("9", "building", "9栋", None)]),
                            "note": Seal("note", "楼号写错"), "reason": "error"})
    s.correct(s.lock([("PLANT-9.D", "plant_room", "PLANT-2")]), ("chen", "wang"))
    s.correct(s.keys("plant", [("K0000000A", 1, ["PLANT-2.D"], "R0000000B")],
                     ("sun", "zhou")), ("sun", "zhou"))
    p = s.act("party.add/1", {"name": Seal("px", "张三"), "party": "P0000000C",
                              "phone": None, "relation": "tenant", "unit": None}, ["li"])
    s.correct(p, ("chen", "wang"))

    # Imports.
    lines = [s.line("place.add/1", {"places": [
        {"code": "4-%02d" % n, "kind": "home", "label": "4栋-%02d" % n, "parent": None}]})
        for n in range(3)]
    s.close("place.add/1", lines)
    s.close("lock.add/1", [s.line("lock.add/1", {"locks": [
        {"code": "4-00.D", "kind": "home_door", "label": "4栋-00", "place": "4-00"}]})])
    s.close("key.add/1", [s.line("key.add/1", {"desk": "front", "keys": [
        {"item": "K0000010%d" % n, "copy": 1 + n, "label": "4栋-00 %d" % n,
         "locks": ["4-00.D"], "ring": None} for n in range(3)]})])
    s.close("person.enrol/1", [s.line("person.enrol/1", {
        "credential": pub(h).hex(), "handle": h, "name": Seal(h, "某人"),
        "proof": proof(h, h), "roles": ["staff"], "staff_no": "E-" + h.upper()}, "chen")
        for h in ("ma", "zhu")], ("chen", "wang"))
    s.line("place.add/1", {"places": [{"code": "5", "kind": "home", "label": "5栋",
                                       "parent": None}]}, "ma")
    flag("open-lines")

    # People.
    s.credential("bai", "bai-1", "first")
    s.lend(["K00000003"], "bai")
    s.credential("feng", "feng-2", "add", ("chen", "feng", "wang"))
    s.credential("wang", "wang-2", "add", ("chen", "wang"), by="wang")
    s.credential("li", "li-2", "lost")
    s.back(["K00000003"], "bai")
    s.revoke("feng", "feng", keys={"feng": "feng-2"})
    s.key_of["feng"] = "feng-2"
    s.revoke("wang-2", reason="compromised", suspect=when(s.t))
    s.grant("feng", ["service_staff"])
    self_grant = s.grant("wang", ["witness"])
    flag("self-grant")
    s.ratify(self_grant, ("chen",))
    s.revoke_role("feng", ["service_staff"])
    s.suspend("feng")
    s.two("person.reinstate/1", {"handle": "feng"})
    # Delegation: given, used, ended; one with the giver away.
    s.delegate("sun", "qian", ["supervisor"])
    s.place([("6", "building", "6栋", None)], ("li", "qian"))
    now = when(s.t)
    s.delegate("sun", "qian", ["supervisor"], end=now, start=now)
    away = s.delegate("sun", "qian", ["supervisor"], signers=("chen", "qian"))
    flag("giver-absent")
    s.ratify(away, ("sun",))
    # One officer left for a lost credential.
    lost = s.credential("wang", "wang-3", "lost", ("chen", "qian"))
    flag("lost-one-officer")
    s.ratify(lost, ("chen", "he"))
    # Policy, tighter at once, looser in a week; a new log key.
    s.set_policy(policy(loan_max_days=20))
    s.set_policy(policy(loan_max_days=40), s.t + 8 * DAY)
    s.rotate("log-2")
    s.refuse("zheng")
    s.t += 10 * DAY
    s.lend(["K00000003"], "feng", due=when(s.t + 39 * DAY))
    # A custodian's own loan: issued by a colleague.
    s.lend(["K00000004"], "li", by="zheng")
    flag("stand-in")
    s.back(["K00000004"], "li", by="li", receipt=receipt("screen"), signers=["li"])
    c.flags = sorted(flags)
    assert first


@good("good-clock-behind")
def _(s, c):
    """A clock that lags by less than the submit window, and a signer who had seen less."""
    s.refuse("li")
    s.refuse("zheng", at=s.t - 300, step=0, seen=len(s.entries) - 7)


@good("good-300-entries")
def _(s, c):
    while len(s.entries) < 300:
        s.refuse()


@good("good-256-entries")
def _(s, c):
    while len(s.entries) < 256:
        s.refuse()


@good("good-kept-partial-tiles")
def _(s, c):
    old = copy.deepcopy(s)
    s.refuse()

    def keep(folder):
        old.write(folder + ".old")
        for sub in ("entries", "0"):
            name = "tile/%s/000.p/%d" % (sub, len(old.entries))
            shutil.copy(os.path.join(folder + ".old", name), os.path.join(folder, name))
        shutil.rmtree(folder + ".old")
    c.after_write = keep


@good("good-folded-delegation")
def _(s, c):
    """The delegate of one officer and the other officer are two persons."""
    s.delegate("wang", "qian", ["administrator"])
    s.enrol("ma", ["staff"], ("chen", "qian"))


@good("good-limits-of-windows")
def _(s, c):
    """Exactly at the allowed edge of several windows."""
    s.lend(due=when(s.t + 60 + 30 * DAY))
    s.back()
    s.lend(event_at=when(s.t), late="outage")
    r = s.ask(window={"start": when(s.t + 120 + 60), "end": when(s.t + DAY)})
    ok = s.approve(r, until=s.t + 60 + 172800)
    s.lend(["K00000001"], approval=ok)
    s.back()
    s.delegate("sun", "qian", ["supervisor"], start=when(s.t), end=when(s.t + 30 * DAY))
    s.set_policy(policy(loan_max_days=40), s.t + 60 + 604800)
    s.set_policy(policy(), s.t + 60 - 900)
    s.refuse("zheng", at=s.t - 900, step=0, seen=7)


@good("good-recovery-officer-lost")
def _(s, c):
    """No other officer is left: the recovery officer and a colleague replace both."""
    s.revoke("chen", "chen")
    s.revoke("wang", "wang")
    a = s.credential("chen", "chen-2", "lost", ("he", "li"))
    s.credential("wang", "wang-2", "lost", ("chen", "he"))
    s.ratify(a, ("he", "wang"))
    c.flags = [[len(s.entries) - 3, "lost-one-officer"]]


@good("good-private-purpose-refused")
def _(s, c):
    s.refuse("zheng")
    c.flags = []


@good("good-auditor-replaces-own-credential")
def _(s, c):
    s.credential("shen", "shen-2", "add", ("chen", "shen", "wang"))
    s.revoke("shen", "shen", keys={"shen": "shen-2"})


@good("good-suspended-returner")
def _(s, c):
    s.lend()
    s.suspend("feng")
    s.back()


@good("good-known-slip-and-receipt")
def _(s, c):
    c.known = {"slip": checkpoint(s.leaves[:9], s.log), "receipt": s.receipt_file(4)}
    s.refuse()


@good("good-openings")
def _(s, c):
    c.openings, c.openings_verdict = s.openings, "verified"


@good("good-cosigned")
def _(s, c):
    text = b"%s\n%d\n%s\n" % (ORIGIN.encode(), len(s.leaves), b64(s.root()).encode())
    head = checkpoint(s.leaves, s.log) + note_line(
        "audit.example/a", "witness-a", text, 4, s.t).encode()
    c.write = {"head": head}
    c.trust = s.trust("witness a %s\ngroup g any a\n" % vkey("witness-a", "audit.example/a",
                                                            4), quorum="g")


def succeed(s, known=0, origin="cuihu.example/custody-2", log="log-s", reason="other",
            signers=("chen", "wang"), **old_over):
    n = Site(origin, log)
    n.t, n.key_of, n.predecessors = s.t, s.key_of, s.predecessors + [s]
    head = {"root": s.root().hex(), "size": len(s.leaves)}
    far = {"root": sha(b"lost tail").hex(), "size": len(s.leaves) + known} if known else head
    old = dict({"head_known": far, "head_left": head, "ledger": s.leaves[0].hex()}, **old_over)
    n.two("ledger.succeed/1", {"log": vkey(log, origin), "old": old, "origin": origin,
                               "reason": reason}, signers)
    return n


@good("good-successor")
def _(s, c):
    s.lend(["K00000004"])
    n = succeed(s)
    n.back(["K00000004"])
    n.enrol("ma", ["staff"])
    return n


@good("good-successor-of-a-successor")
def _(s, c):
    n = succeed(s)
    n.lend(["K00000004"])
    m = succeed(n, origin="cuihu.example/custody-3", log="log-t")
    m.back(["K00000004"])
    return m


# ---- incomplete

@case("incomplete-bundle-missing", "incomplete", "bundle")
def _(s, c):
    c.write, c.index = {"skip": {"tile/entries/000.p/%d" % len(s.entries)}}, 0


@case("incomplete-second-bundle-missing", "incomplete", "bundle")
def _(s, c):
    while len(s.entries) < 260:
        s.refuse()
    c.write, c.index = {"skip": {"tile/entries/001.p/4"}}, 256


@case("incomplete-tile-missing", "incomplete", "tile")
def _(s, c):
    c.write, c.index = {"skip": {"tile/0/000.p/%d" % len(s.entries)}}, None


@case("incomplete-checkpoint-missing", "incomplete", "checkpoint")
def _(s, c):
    c.write, c.index = {"skip": {"checkpoint"}}, None


@case("incomplete-newer-act", "incomplete", "newer-act")
def _(s, c):
    s.act("key.refuse/2", {"whatever": [1, 2]}, ["li"])


@case("incomplete-predecessor-missing", "incomplete", "bundle", "genesis", "ledger",
      "checkpoint")
def _(s, c):
    n = succeed(s)
    n.predecessors, c.index = [], 0
    return n


# ---- the bytes: envelope, canonical form, structure

@case("bytes-flipped-in-payload", "failed", "leaf", "canonical", "signature", "envelope")
def _(s, c):
    hashes = list(s.leaves)
    e = bytearray(s.entries[6])
    e[200] ^= 1
    s.entries[6], c.index, c.write = bytes(e), 6, {"hashes": hashes}


@case("bytes-payload-edited-and-rehashed", "failed", "signature")
def _(s, c):
    e = s.entries[6]
    at = e.index(b'"payload":"') + 11
    payload = base64.b64decode(e[at:e.index(b'"', at)])
    payload = payload.replace(b'"staff_no":"E-', b'"staff_no":"X-')
    s.entries[6] = e[:at] + base64.b64encode(payload) + e[e.index(b'"', at):]
    c.index = 6


@case("bytes-rewrapped-envelope", "failed", "envelope")
def _(s, c):
    s.refuse()
    s.entries[-1] = s.entries[-1].replace(b'","payloadType"', b'", "payloadType"')


@case("bytes-envelope-members-reordered", "failed", "envelope")
def _(s, c):
    s.refuse()
    e = json.loads(s.entries[-1])
    s.entries[-1] = json.dumps({k: e[k] for k in ("payloadType", "payload", "signatures")},
                               separators=(",", ":")).encode()


@case("bytes-envelope-line-feed", "failed", "envelope")
def _(s, c):
    s.refuse()
    s.entries[-1] += b"\n"


@case("bytes-envelope-extra-member", "failed", "envelope")
def _(s, c):
    s.refuse()
    s.entries[-1] = s.entries[-1][:-1] + b',"x":1}'


@case("bytes-payload-type", "failed", "envelope")
def _(s, c):
    s.refuse()
    s.entries[-1] = s.entries[-1].replace(b"act.v1+json", b"act.v2+json")


@case("bytes-base64-trailing-bits", "failed", "envelope")
def _(s, c):
    s.refuse()
    e = s.entries[-1]
    at = e.index(b'=="}')
    low = {b"A": b"B", b"Q": b"R", b"g": b"h", b"w": b"x"}[e[at - 1:at]]
    s.entries[-1] = e[:at - 1] + low + e[at:]


@case("bytes-signatures-unsorted", "failed", "envelope")
def _(s, c):
    s.lend(opts={"spoil": lambda sigs: sigs[::-1]})


@case("bytes-signature-twice", "failed", "envelope")
def _(s, c):
    s.refuse(spoil=lambda sigs: sigs + sigs)


@case("bytes-no-signature", "failed", "envelope")
def _(s, c):
    s.refuse(spoil=lambda sigs: [])


@case("canonical-duplicate-key", "failed", "canonical")
def _(s, c):
    s.refuse(edit_bytes=lambda d: d.replace(b'"rule":"K3"', b'"rule":"K3","rule":"K4"'))


@case("canonical-space", "failed", "canonical")
def _(s, c):
    s.refuse(edit_bytes=lambda d: d.replace(b'"rule":', b'"rule": '))


@case("canonical-unsorted-keys", "failed", "canonical")
def _(s, c):
    s.refuse(edit_bytes=lambda d: d.replace(
        b'"purpose":"private","receiver":"feng"', b'"receiver":"feng","purpose":"private"'))


@case("canonical-escape", "failed", "canonical")
def _(s, c):
    s.refuse(edit_bytes=lambda d: d.replace(b'"feng"', b'"fen\\u0067"'))


@case("canonical-float", "failed", "canonical")
def _(s, c):
    s.refuse(edit_bytes=lambda d: d.replace(b'"actor_seq":', b'"actor_seq":0.0,"x":'))


@case("canonical-minus-zero", "failed", "canonical")
def _(s, c):
    s.lend(opts={"edit_bytes": lambda d: d.replace(b'"terminals":2', b'"terminals":-0')})


@case("canonical-leading-zero", "failed", "canonical")
def _(s, c):
    s.lend(opts={"edit_bytes": lambda d: d.replace(b'"terminals":2', b'"terminals":02')})


@case("canonical-big-integer", "failed", "canonical")
def _(s, c):
    s.lend(opts={"edit_bytes": lambda d: d.replace(b'"terminals":2',
                                                   b'"terminals":9007199254740992')})


@case("canonical-character", "failed", "canonical")
def _(s, c):
    s.lend(on_behalf="a\u202eb")


@case("canonical-soft-hyphen", "failed", "canonical")
def _(s, c):
    s.lend(on_behalf="a\u00adb")


@case("canonical-not-utf8", "failed", "canonical")
def _(s, c):
    s.lend(on_behalf="QQQQ", opts={"edit_bytes": lambda d: d.replace(b"QQQQ", b"\xff\xff")})


@case("canonical-overlong-utf8", "failed", "canonical")
def _(s, c):
    s.lend(on_behalf="QQQQ", opts={"edit_bytes": lambda d: d.replace(b"QQQQ", b"\xc1\x81")})


@case("canonical-nested-deeply", "failed", "canonical")
def _(s, c):
    s.act("key.refuse/2", {"x": [[[[[[[1]]]]]]]}, ["li"])


@case("canonical-trailing-bytes", "failed", "canonical")
def _(s, c):
    s.refuse(edit_bytes=lambda d: d + b"\n")


@case("structure-unknown-member", "failed", "structure")
def _(s, c):
    s.lend(colour="red")


@case("structure-member-absent", "failed", "structure")
def _(s, c):
    s.refuse(edit=lambda p: p["body"].pop("rule"))


@case("structure-head-member", "failed", "structure")
def _(s, c):
    s.refuse(edit=lambda p: p.update(note="x"))


@case("structure-null-where-not-allowed", "failed", "structure")
def _(s, c):
    s.lend(due=None)


@case("structure-items-unsorted", "failed", "structure")
def _(s, c):
    s.lend(items=items("K00000003", "K00000004")[::-1])


@case("structure-item-twice", "failed", "structure", "K4")
def _(s, c):
    s.lend(items=items("K00000003") * 2)


@case("structure-no-items", "failed", "structure")
def _(s, c):
    s.lend(items=[])


@case("structure-bad-date", "failed", "structure")
def _(s, c):
    s.lend(due="2026-02-30T08:00:00Z")


@case("structure-leap-second", "failed", "structure")
def _(s, c):
    s.lend(due="2026-06-30T23:59:60Z")


@case("structure-by-not-a-signer", "failed", "structure", "person")
def _(s, c):
    s.refuse(edit=lambda p: p.update(by="sun", actor_seq=1))


@case("structure-signers-unsorted", "failed", "structure")
def _(s, c):
    s.lend(opts={"edit": lambda p: p["signers"].reverse()})


@case("structure-nonce", "failed", "structure")
def _(s, c):
    s.refuse(nonce="AB" * 16)


@case("structure-unknown-role", "failed", "structure", "role")
def _(s, c):
    s.enrol("ma", ["king"])


@case("structure-founding-again", "failed", "structure", "state", "exists")
def _(s, c):
    s.act("site.found/1", {}, ["chen"])


@case("unknown-act", "failed", "unknown-act")
def _(s, c):
    s.act("key.steal/1", {}, ["li"])


# ---- who signed

@case("signature-bad", "failed", "signature")
def _(s, c):
    s.refuse(spoil=lambda sigs: [(k, x[:63] + bytes((x[63] ^ 1,))) for k, x in sigs])


@case("signature-over-other-bytes", "failed", "signature")
def _(s, c):
    s.refuse()
    other = key("li").sign(b"something else")
    s.entries[-1] = s.entries[-1][:-92] + b64(other).encode() + b'"}]}'


@case("signature-s-not-reduced", "failed", "signature")
def _(s, c):
    order = 2**252 + 27742317777372353535851937790883648493

    def lift(sigs):
        k, x = sigs[0]
        n = int.from_bytes(x[32:], "little") + order
        return [(k, x[:32] + n.to_bytes(32, "little"))]
    s.refuse(spoil=lift)


@case("signature-r-of-small-order", "failed", "signature")
def _(s, c):
    """R = identity and S = k*a satisfies the equation; only the owner can make it."""
    order = 2**252 + 27742317777372353535851937790883648493
    seed = hashlib.sha512(sha(b"custody oracle key li")).digest()[:32]
    a = (int.from_bytes(seed, "little") & ~7 & (2**254 - 1)) | 2**254
    r = b"\1" + bytes(31)
    kept = []
    s.refuse(edit_bytes=lambda d: kept.append(d) or d)
    k = int.from_bytes(hashlib.sha512(r + pub("li") + pae(kept[0])).digest(), "little")
    s.entries[-1] = envelope(kept[0], [(keyid("li"), r + (k * a % order).to_bytes(
        32, "little"))])


@case("credential-unknown", "failed", "credential")
def _(s, c):
    s.refuse(keys={"li": "stranger"})


@case("credential-revoked", "failed", "credential")
def _(s, c):
    s.revoke("li")
    s.refuse()


@case("credential-of-lost-still-used", "failed", "credential")
def _(s, c):
    s.credential("li", "li-2", "lost")
    s.refuse(keys={"li": "li"})


@case("person-second-signature-by-same-person", "failed", "person")
def _(s, c):
    s.credential("chen", "chen-2", "add", ("chen", "wang"))
    s.enrol("ma", ["staff"], opts={"sign_as": ["chen", "chen-2"]})


@case("person-signature-missing", "failed", "person")
def _(s, c):
    s.lend(opts={"sign_as": ["li"]})


@case("person-signature-too-many", "failed", "person")
def _(s, c):
    s.refuse(sign_as=["li", "sun"])


@case("person-name-changed", "failed", "person")
def _(s, c):
    s.refuse(by="li", sign_as=["zheng"])


@case("cross-ledger-replay", "failed", "cross-ledger")
def _(s, c):
    s.refuse(ledger=sha(b"another ledger").hex())


@case("cross-ledger-entry-of-another-site", "failed", "cross-ledger", "seen", "sequence")
def _(s, c):
    o = Site()
    o.count = 1000
    o.base()
    o.refuse()
    s.push(o.entries[-1])


@case("duplicate-entry-repeated", "failed", "duplicate", "sequence", "seen")
def _(s, c):
    s.refuse()
    s.push(s.entries[-1])


@case("sequence-gap", "failed", "sequence")
def _(s, c):
    s.refuse()
    s.refuse(seq=3)


@case("sequence-again", "failed", "sequence")
def _(s, c):
    s.refuse()
    s.refuse(seq=s.seq["li"])


# ---- history: seen, order, times, tiles, checkpoint, trust

@case("seen-other-root", "failed", "seen")
def _(s, c):
    s.refuse(edit=lambda p: p["seen"].update(root=sha(b"x").hex()))


@case("seen-future", "failed", "seen")
def _(s, c):
    s.refuse(edit=lambda p: p["seen"].update(size=p["seen"]["size"] + 1))


@case("seen-nothing", "failed", "seen")
def _(s, c):
    s.refuse(edit=lambda p: p.update(seen={"root": sha(b"").hex(), "size": 0}))


@case("seen-entry-0-seen-something", "failed", "seen", start="none")
def _(s, c):
    s.found(opts={"edit": lambda p: p["seen"].update(size=1)})


@case("seen-before-own-credential", "failed", "seen")
def _(s, c):
    s.enrol("ma", ["duty"])
    s.refuse("ma", seen=len(s.entries) - 1)


@case("seen-decreases", "failed", "seen")
def _(s, c):
    s.refuse()
    s.refuse(seen=len(s.entries) - 3)


@case("seen-too-old", "failed", "seen", start="none")
def _(s, c):
    s.found(policy=policy(seen_max_entries=64))
    s.enrol("li", ["key_custodian"])
    s.enrol("zheng", ["duty"])
    while len(s.entries) < 68:
        s.two("credential.add/1", {
            "credential": pub("x%d" % len(s.entries)).hex(), "fingerprint_card": None,
            "handle": "li", "proof": proof("x%d" % len(s.entries), "li"), "reason": "add"},
            ("chen", "li", "wang"))
    s.two("person.reinstate/1", {"handle": "zheng"}, seen=3)
    s.entries.pop()
    s.leaves.pop()
    s.stack = s.stack[:0]
    keep, s.entries, s.leaves, s.ids = s.entries, [], [], []
    for e in keep:
        s.push(e)
    s.seq["chen"] -= 1
    s.enrol("ma", ["staff"], opts={"seen": 3, "by": "wang"})


@case("history-entry-removed", "failed", "seen", "sequence", "root")
def _(s, c):
    s.refuse()
    s.refuse("zheng")
    s.refuse()
    del s.entries[-3]
    c.index = len(s.entries) - 2


@case("history-entries-swapped", "failed", "seen", "sequence", "root")
def _(s, c):
    s.refuse()
    s.refuse("zheng")
    s.entries[-1], s.entries[-2] = s.entries[-2], s.entries[-1]
    c.index = len(s.entries) - 2


@case("history-entry-inserted", "failed", "seen")
def _(s, c):
    """The log key's holder slips a perfectly signed act in before what others have seen."""
    t = copy.deepcopy(s)
    t.refuse("zheng")
    s.refuse()
    s.refuse()
    s.entries.insert(-2, t.entries[-1])
    c.index = len(s.entries) - 1


@case("history-entry-swapped-tiles-old", "failed", "leaf", "seen", "sequence")
def _(s, c):
    s.refuse()
    s.refuse("zheng")
    hashes = list(s.leaves)
    s.entries[-1], s.entries[-2] = s.entries[-2], s.entries[-1]
    c.index, c.write = len(s.entries) - 2, {"hashes": hashes}


@case("history-tail-cut-known", "failed", "known")
def _(s, c):
    s.refuse()
    c.known, c.index = {"slip": checkpoint(s.leaves, s.log)}, None
    s.entries.pop()


@case("history-fork-known", "failed", "known")
def _(s, c):
    other = copy.deepcopy(s)
    other.refuse("zheng")
    s.refuse()
    c.known, c.index = {"slip": checkpoint(other.leaves, s.log)}, None


@case("history-receipt-of-another-entry", "failed", "known")
def _(s, c):
    r = s.receipt_file(4).replace(b64(s.entries[4]).encode(), b64(s.entries[5]).encode())
    c.known, c.index = {"receipt": r}, 4


@case("tile-leaf-changed", "failed", "leaf")
def _(s, c):
    """A level-0 tile that names another hash; everything else is in order."""
    hashes = list(s.leaves)
    hashes[5] = sha(b"x")
    c.index = 5
    c.write = {"hashes": hashes, "head": checkpoint(s.leaves, s.log)}


@case("tile-stale", "failed", "tile", "leaf")
def _(s, c):
    """The current tile was cut short."""
    def cut(folder):
        path = os.path.join(folder, "tile/0/000.p/%d" % len(s.entries))
        with open(path, "r+b") as f:
            f.truncate(32 * (len(s.entries) - 1))
    c.after_write, c.index = cut, None


@case("tile-kept-partial-differs", "failed", "tile", "leaf")
def _(s, c):
    def put(folder):
        with open(os.path.join(folder, "tile/0/000.p/3"), "wb") as f:
            f.write(b"".join(s.leaves[:2]) + sha(b"another third entry"))
    c.after_write, c.index = put, None


@case("tile-upper-level", "failed", "tile")
def _(s, c):
    while len(s.entries) < 257:
        s.refuse()

    def put(folder):
        with open(os.path.join(folder, "tile/1/000.p/1"), "wb") as f:
            f.write(sha(b"x"))
    c.after_write, c.index = put, None


@case("bundle-short", "failed", "bundle")
def _(s, c):
    def cut(folder):
        path = os.path.join(folder, "tile/entries/000.p/%d" % len(s.entries))
        with open(path, "r+b") as f:
            f.truncate(os.path.getsize(path) - 10)
    c.after_write, c.index = cut, 0


@case("bundle-with-more-bytes", "failed", "bundle")
def _(s, c):
    def more(folder):
        with open(os.path.join(folder, "tile/entries/000.p/%d" % len(s.entries)), "ab") as f:
            f.write(b"\0\0")
    c.after_write, c.index = more, 0


@case("root-other", "failed", "root")
def _(s, c):
    c.write, c.index = {"head": checkpoint(s.leaves, s.log, root=sha(b"x"))}, None


@case("checkpoint-by-another-key", "failed", "checkpoint")
def _(s, c):
    c.write, c.index = {"head": checkpoint(s.leaves, "log-x")}, None


@case("checkpoint-spoiled-signature", "failed", "checkpoint")
def _(s, c):
    head = checkpoint(s.leaves, s.log)
    c.write, c.index = {"head": head[:-10] + (b"A" if head[-10:-9] != b"A" else b"B")
                        + head[-9:]}, None


@case("checkpoint-other-origin", "failed", "checkpoint")
def _(s, c):
    c.write, c.index = {"head": checkpoint(s.leaves, s.log, "other.example/custody")}, None


@case("checkpoint-leading-zero", "failed", "checkpoint")
def _(s, c):
    text = "%s\n0%d\n%s\n" % (ORIGIN, len(s.leaves), b64(s.root()))
    c.write = {"head": (text + "\n" + note_line(ORIGIN, s.log, text.encode())).encode()}
    c.index = None


@case("checkpoint-by-key-before-rotation", "failed", "checkpoint")
def _(s, c):
    s.rotate("log-2")
    s.refuse()
    c.write, c.index = {"head": checkpoint(s.leaves, "log-1")}, None


@case("trust-other-genesis", "failed", "genesis")
def _(s, c):
    c.trust, c.index = s.trust(genesis=sha(b"x").hex()), None


@case("trust-other-log", "failed", "checkpoint", "genesis")
def _(s, c):
    c.trust, c.index = s.trust().replace(vkey("log-1"), vkey("log-x")), None


@case("trust-quorum-not-met", "failed", "quorum")
def _(s, c):
    c.trust = s.trust("witness a %s\n" % vkey("witness-a", "audit.example/a", 4), quorum="a")
    c.index = None


@case("trust-cosignature-spoiled", "failed", "quorum", "checkpoint")
def _(s, c):
    text = b"%s\n%d\n%s\n" % (ORIGIN.encode(), len(s.leaves), b64(s.root()).encode())
    line = note_line("audit.example/a", "witness-a", text + b"x", 4, s.t)
    c.write = {"head": checkpoint(s.leaves, s.log) + line.encode()}
    c.trust = s.trust("witness a %s\n" % vkey("witness-a", "audit.example/a", 4), quorum="a")
    c.index = None


@case("time-before-the-window", "failed", "time")
def _(s, c):
    for _ in range(20):
        s.refuse()
    s.refuse("zheng", at=s.t - 901, step=0, seen=7)


@case("time-before-seen", "failed", "time")
def _(s, c):
    s.refuse()
    s.refuse("zheng", at=s.t - 1, step=0)


@case("time-is-the-highest-so-far", "failed", "seats", "role")
def _(s, c):
    """A lagging clock does not bring a delegation back that is over."""
    s.delegate("sun", "qian", ["supervisor"], end=when(s.t + 300))
    size = len(s.entries)
    s.refuse("zheng", step=400)
    s.place([("9", "building", "9栋", None)], ("li", "qian"), by="qian", at=s.t - 200, step=0,
            seen=size)


@case("time-ahead", "failed", "time-ahead")
def _(s, c):
    s.refuse(at=calendar.timegm((2099, 1, 1, 0, 0, 0)))


# ---- founding

@case("founding-officers", "failed", "officers", start="none")
def _(s, c):
    s.found(founders=founders(("chen", ["centre_manager"]), ("he", ["administrator"]),
                              ("wang", ["staff"])))


@case("founding-recovery-not-administrator", "failed", "policy", "officers", start="none")
def _(s, c):
    s.found(policy=policy(recovery_officer="shen"))


@case("founding-recovery-unknown", "failed", "policy", "officers", start="none")
def _(s, c):
    s.found(policy=policy(recovery_officer="nobody"))


@case("founding-signer-missing", "failed", "seats", "person", start="none")
def _(s, c):
    s.found(opts={"signers": ["chen", "he", "wang"]})


@case("founding-proof", "failed", "proof", start="none")
def _(s, c):
    f = founders(("chen", ["centre_manager"]), ("he", ["administrator"]),
                 ("wang", ["administrator"]))
    f[2]["proof"] = f[1]["proof"]
    s.found(founders=f)


@case("founding-auditor-with-role", "failed", "role", start="none")
def _(s, c):
    s.found(founders=founders(("chen", ["centre_manager"]), ("he", ["administrator"]),
                              ("shen", ["auditor", "staff"]), ("wang", ["administrator"])))


@case("founding-staff-number-twice", "failed", "exists", start="none")
def _(s, c):
    f = founders(("chen", ["centre_manager"]), ("he", ["administrator"]),
                 ("wang", ["administrator"]))
    f[2]["staff_no"] = f[1]["staff_no"]
    s.found(founders=f)


@case("founding-policy-floor", "failed", "floor", "policy", start="none")
def _(s, c):
    s.found(policy=policy(submit_window=30))


@case("founding-log-key-is-founders", "failed", "exists", "credential", start="none")
def _(s, c):
    s.log = s.first_log = "wang"
    s.found()


def founders(*rows):
    return [{"handle": h, "roles": sorted(r), "staff_no": "%03d" % n,
             "credential": pub(h).hex(), "proof": proof(h, h)}
            for n, (h, r) in enumerate(rows)]


# ---- people and roles

@case("enrol-one-officer-only", "failed", "seats", "role")
def _(s, c):
    s.enrol("ma", ["staff"], ("chen", "li"))


@case("enrol-handle-again", "failed", "exists")
def _(s, c):
    s.enrol("li", ["staff"], credential=False, staff_no="NEW")


@case("enrol-staff-number-again", "failed", "exists")
def _(s, c):
    s.enrol("ma", ["staff"], staff_no="E-LI")


@case("enrol-public-key-again", "failed", "exists", "credential")
def _(s, c):
    enrol_raw(s, pub("li").hex(), proof("li", "ma"))


def enrol_raw(s, credential, sig):
    s.two("person.enrol/1", {"credential": credential, "handle": "ma", "name": None,
                             "proof": sig, "roles": ["staff"], "staff_no": "E-MA"},
          ("chen", "wang"))


@case("enrol-key-of-mixed-order", "failed", "proof", "credential", "structure")
def _(s, c):
    """A true key plus the point of order two; the signature holds for most verifiers."""
    enrol_raw(s, "6c0a17c4bd25409093711591a95147372acfb934e580671be5b3842dcfef1eb2",
              "XAycRKhowf2XcZPmZogBJF1UKx849MrVRzOSr6D3gyzx7S7L/lWQPHdhND++hj+s1mCt2RmzlZ7akVm"
              "veNykBg==")


@case("enrol-key-of-small-order", "failed", "proof", "credential", "structure")
def _(s, c):
    """The identity as a key: R = identity, S = 0 then signs everything."""
    enrol_raw(s, (b"\1" + bytes(31)).hex(), b64(b"\1" + bytes(63)))


@case("enrol-key-not-canonical", "failed", "proof", "credential", "structure")
def _(s, c):
    enrol_raw(s, (2**255 - 18).to_bytes(32, "little").hex(), b64(b"\1" + bytes(63)))


@case("enrol-credential-without-proof", "failed", "structure", "proof")
def _(s, c):
    s.enrol("ma", ["staff"], proof=None)


@case("enrol-proof-of-another-handle", "failed", "proof")
def _(s, c):
    s.enrol("ma", ["staff"], proof=proof("ma", "mb"))


@case("enrol-proof-of-another-site", "failed", "proof")
def _(s, c):
    s.enrol("ma", ["staff"], proof=proof("ma", "ma", "other.example/custody"))


@case("enrol-auditor-with-role", "failed", "role")
def _(s, c):
    s.enrol("ma", ["auditor", "staff"])


@case("enrol-by-auditor", "failed", "role", "seats")
def _(s, c):
    s.enrol("ma", ["staff"], ("chen", "shen"))


@case("enrol-officer-and-his-delegate", "failed", "seats")
def _(s, c):
    """Folding: the delegate of an officer and that officer are one person."""
    s.delegate("wang", "qian", ["administrator"])
    s.enrol("ma", ["staff"], ("qian", "wang"))


@case("enrol-two-delegates-of-one-officer", "failed", "seats")
def _(s, c):
    s.delegate("wang", "qian", ["administrator"])
    s.delegate("wang", "wu", ["administrator"])
    s.enrol("ma", ["staff"], ("qian", "wu"))


@case("enrol-by-suspended-officer", "failed", "suspended", "seats")
def _(s, c):
    s.enrol("ma", ["administrator"])
    s.suspend("ma")
    s.enrol("mb", ["staff"], ("chen", "ma"))


@case("credential-first-twice", "failed", "state")
def _(s, c):
    s.credential("li", "li-2", "first")


@case("credential-add-without-the-person", "failed", "seats")
def _(s, c):
    s.credential("li", "li-2", "add", ("chen", "wang"))


@case("credential-lost-signed-by-himself", "failed", "seats")
def _(s, c):
    s.credential("wang", "wang-2", "lost", ("chen", "wang"))


@case("credential-lost-one-officer-too-early", "failed", "seats")
def _(s, c):
    s.credential("li", "li-2", "lost", ("chen", "feng"))


@case("credential-lost-never-had", "failed", "state")
def _(s, c):
    s.credential("bai", "bai-1", "lost")


@case("credential-key-again", "failed", "exists", "credential")
def _(s, c):
    s.credential("bai", "li", "first")


@case("credential-of-unknown-person", "failed", "object")
def _(s, c):
    s.credential("nobody", "nobody", "first")


@case("revoke-by-a-colleague", "failed", "role", "seats")
def _(s, c):
    s.revoke("feng", "li")


@case("revoke-twice", "failed", "state")
def _(s, c):
    s.revoke("feng")
    s.revoke("feng")


@case("revoke-unknown-keyid", "failed", "object", "credential")
def _(s, c):
    s.revoke("stranger")


@case("revoke-unknown-reason", "failed", "policy")
def _(s, c):
    s.revoke("feng", reason="mood")


@case("grant-to-oneself-officer-role", "failed", "seats")
def _(s, c):
    s.grant("wang", ["centre_manager"])


@case("grant-to-oneself-with-three-officers", "failed", "seats")
def _(s, c):
    s.enrol("ma", ["administrator"])
    s.grant("wang", ["witness"])


@case("grant-held-already", "failed", "state")
def _(s, c):
    s.grant("li", ["key_custodian"])


@case("grant-auditor-beside-role", "failed", "role")
def _(s, c):
    s.grant("li", ["auditor"])


@case("grant-role-to-auditor", "failed", "role")
def _(s, c):
    s.grant("shen", ["staff"])


@case("revoke-role-not-held", "failed", "state")
def _(s, c):
    s.revoke_role("li", ["supervisor"])


@case("revoke-role-too-few-officers", "failed", "officers")
def _(s, c):
    s.revoke_role("wang", ["administrator"])


@case("revoke-role-by-clerk", "failed", "role", "seats")
def _(s, c):
    s.revoke_role("feng", ["staff"], by="li")


@case("suspend-too-few-officers", "failed", "officers")
def _(s, c):
    s.suspend("wang")


@case("suspend-oneself", "failed", "seats", "role")
def _(s, c):
    s.enrol("ma", ["administrator"])
    s.suspend("ma", "ma")


@case("suspend-twice", "failed", "state")
def _(s, c):
    s.suspend("li")
    s.suspend("li")


@case("reinstate-not-suspended", "failed", "state")
def _(s, c):
    s.two("person.reinstate/1", {"handle": "li"})


@case("reinstate-by-one-officer", "failed", "seats", "role")
def _(s, c):
    s.suspend("feng")
    s.two("person.reinstate/1", {"handle": "feng"}, ("chen", "li"))


@case("delegate-role-not-own", "failed", "role")
def _(s, c):
    s.delegate("sun", "qian", ["duty"])


@case("delegate-again-what-was-delegated", "failed", "role")
def _(s, c):
    s.delegate("sun", "qian", ["supervisor"])
    s.delegate("qian", "wu", ["supervisor"])


@case("delegate-too-long", "failed", "policy", "state", "role", "late")
def _(s, c):
    s.delegate("sun", "qian", ["supervisor"], days=31)


@case("delegate-to-auditor", "failed", "role")
def _(s, c):
    s.delegate("sun", "shen", ["supervisor"])


@case("delegate-without-giver-or-officer", "failed", "seats")
def _(s, c):
    s.delegate("sun", "qian", ["supervisor"], signers=("qian", "li"))


@case("delegate-by-suspended", "failed", "suspended", "seats")
def _(s, c):
    s.suspend("sun")
    s.delegate("sun", "qian", ["supervisor"], signers=("chen", "qian"))


@case("delegate-ended-none-open", "failed", "state")
def _(s, c):
    now = when(s.t)
    s.delegate("sun", "qian", ["supervisor"], start=now, end=now)


@case("delegation-over", "failed", "seats", "role")
def _(s, c):
    s.delegate("sun", "qian", ["supervisor"], days=1)
    s.t += DAY
    s.place([("9", "building", "9栋", None)], ("li", "qian"))


@case("delegation-giver-lost-role", "failed", "seats", "role")
def _(s, c):
    s.delegate("sun", "qian", ["supervisor"])
    s.revoke_role("sun", ["supervisor"])
    s.place([("9", "building", "9栋", None)], ("li", "qian"))


# ---- policy and log

@case("policy-loosens-at-once", "failed", "floor")
def _(s, c):
    s.set_policy(policy(loan_max_days=31))


@case("policy-loosens-a-second-early", "failed", "floor")
def _(s, c):
    s.set_policy(policy(high_risk=[]), s.t + 60 + 604799)


@case("policy-in-the-past", "failed", "policy", "floor", "time", "state")
def _(s, c):
    s.set_policy(policy(loan_max_days=20), s.t + 60 - 901)


@case("policy-below-floor", "failed", "floor", "policy")
def _(s, c):
    s.set_policy(policy(late_max_days=61), s.t + 30 * DAY)


@case("policy-no-private-purpose", "failed", "floor", "policy")
def _(s, c):
    s.set_policy(policy(purposes=POLICY["purposes"][1:]), s.t + 30 * DAY)


@case("policy-malformed", "failed", "policy", "structure")
def _(s, c):
    p = policy()
    del p["desks"]
    s.set_policy(p, s.t + 30 * DAY)


@case("policy-class-without-definition", "failed", "policy")
def _(s, c):
    p = policy()
    p["lock_kinds"][0]["class"] = "moon"
    s.set_policy(p, s.t + 30 * DAY)


@case("policy-without-centre-manager", "failed", "seats")
def _(s, c):
    s.set_policy(policy(loan_max_days=20), signers=("he", "wang"))


@case("policy-one-terminal", "failed", "terminals")
def _(s, c):
    s.set_policy(policy(loan_max_days=20), terminals=1)


@case("policy-not-yet-in-force", "failed", "K4")
def _(s, c):
    s.set_policy(policy(loan_max_days=40), s.t + 8 * DAY)
    s.lend(due=when(s.t + 35 * DAY))


@case("terminals-two-with-one-signer", "failed", "terminals")
def _(s, c):
    s.lend(["K00000003"], "bai", receipt=receipt("paper", slip="0001"), terminals=2)


@case("rotate-key-of-a-person", "failed", "exists", "credential")
def _(s, c):
    s.rotate("li")


@case("rotate-proof", "failed", "proof")
def _(s, c):
    s.rotate("log-2", proof=proof("log-2", "x"))


@case("rotate-other-origin", "failed", "structure", "checkpoint", "policy", "state")
def _(s, c):
    s.rotate("log-2", log=vkey("log-2", "other.example/custody"))
    s.log = "log-1"
    c.index = len(s.entries) - 1


@case("rotate-by-one-officer", "failed", "seats", "role")
def _(s, c):
    s.rotate("log-2", ("chen", "li"))


# ---- requests and approvals

@case("request-private-purpose", "failed", "K3")
def _(s, c):
    s.ask(purpose="private")


@case("request-unknown-purpose", "failed", "policy")
def _(s, c):
    s.ask(purpose="fun")


@case("request-unknown-item", "failed", "object")
def _(s, c):
    s.ask(["K0000000Z"])


@case("request-other-label", "failed", "label")
def _(s, c):
    s.ask(items=[{"item": "K00000001", "label": "水泵房"}])


@case("request-no-items", "failed", "request", "structure", "object")
def _(s, c):
    s.ask(items=[])


@case("request-for-another-act", "failed", "request", "structure", "unknown-act")
def _(s, c):
    s.ask(**{"for": "key.return"})


@case("request-window-backwards", "failed", "request")
def _(s, c):
    s.ask(window={"start": when(s.t + DAY), "end": when(s.t)})


@case("request-unknown-receiver", "failed", "object")
def _(s, c):
    s.ask(party="P0000000Z")


@case("request-by-auditor", "failed", "role", "seats")
def _(s, c):
    s.ask(by="shen")


@case("request-by-suspended", "failed", "suspended", "seats")
def _(s, c):
    s.suspend("feng")
    s.ask()


@case("approve-own-request", "failed", "seats")
def _(s, c):
    s.approve(s.ask(by="sun"))


@case("approve-for-oneself-as-receiver", "failed", "seats")
def _(s, c):
    s.approve(s.ask(by="feng", party="sun"))


@case("approve-for-his-giver", "failed", "seats")
def _(s, c):
    s.delegate("sun", "qian", ["supervisor"])
    s.approve(s.ask(by="sun"), "qian")


@case("approve-without-role", "failed", "role", "seats")
def _(s, c):
    s.approve(s.ask(), "wu")


@case("approve-high-risk-by-supervisor", "failed", "role", "seats")
def _(s, c):
    s.approve(s.ask(["K00000005"]), "sun")


@case("approve-twice", "failed", "request")
def _(s, c):
    r = s.ask()
    s.approve(r)
    s.approve(r, "chen")


@case("approve-cancelled", "failed", "request")
def _(s, c):
    r = s.ask()
    s.act("request.cancel/1", {"reason": "error", "request": r}, ["feng"])
    s.approve(r)


@case("approve-too-long", "failed", "approval")
def _(s, c):
    s.approve(s.ask(), until=s.t + 172800 + 121)


@case("approve-twice-usable", "failed", "approval", "structure", "request")
def _(s, c):
    s.approve(s.ask(), count=2)


@case("approve-window-over", "failed", "request", "approval")
def _(s, c):
    r = s.ask()
    s.t += 2 * DAY
    s.approve(r)


@case("approve-unknown-request", "failed", "object", "request")
def _(s, c):
    s.approve(sha(b"x").hex())


@case("reject-by-requester", "failed", "seats")
def _(s, c):
    r = s.ask(by="sun")
    s.act("request.reject/1", {"reason": "other", "request": r}, ["sun"])


@case("reject-decided", "failed", "request")
def _(s, c):
    r = s.ask()
    s.approve(r)
    s.act("request.reject/1", {"reason": "other", "request": r}, ["chen"])


@case("cancel-by-another", "failed", "role", "seats", "request", "person")
def _(s, c):
    s.act("request.cancel/1", {"reason": "other", "request": s.ask()}, ["qian"])


@case("lend-home-key-without-approval", "failed", "K10a")
def _(s, c):
    s.lend(["K00000001"])


@case("lend-ring-without-approval", "failed", "K10a")
def _(s, c):
    s.lend(["R00000010"])


@case("lend-high-risk-without-approval", "failed", "K10")
def _(s, c):
    s.lend(["K00000005"], "feng", "zhou", "plant")


@case("approval-used-twice", "failed", "approval")
def _(s, c):
    ok = s.approve(s.ask())
    s.lend(["K00000001"], approval=ok)
    s.back(["K00000001"])
    s.lend(["K00000001"], approval=ok)


@case("approval-unneeded-is-checked-too", "failed", "approval")
def _(s, c):
    ok = s.approve(s.ask(["K00000004"]))
    s.lend(["K00000003"], approval=ok)


@case("approval-other-items", "failed", "approval")
def _(s, c):
    ok = s.approve(s.ask(["K00000002"]))
    s.lend(["K00000001"], approval=ok)


@case("approval-other-receiver", "failed", "approval")
def _(s, c):
    ok = s.approve(s.ask())
    s.lend(["K00000001"], "qian", approval=ok)


@case("approval-other-purpose", "failed", "approval")
def _(s, c):
    ok = s.approve(s.ask())
    s.lend(["K00000001"], approval=ok, purpose="round")


@case("approval-over", "failed", "approval")
def _(s, c):
    ok = s.approve(s.ask(window={"start": when(s.t), "end": when(s.t + 9 * DAY)}),
                   until=s.t + 3600)
    s.t += 7200
    s.lend(["K00000001"], approval=ok)


@case("approval-due-after-window", "failed", "approval")
def _(s, c):
    ok = s.approve(s.ask())
    s.lend(["K00000001"], approval=ok, due=when(s.t + 2 * DAY))


@case("approval-before-window", "failed", "approval")
def _(s, c):
    ok = s.approve(s.ask(window={"start": when(s.t + 9000), "end": when(s.t + DAY)}))
    s.lend(["K00000001"], approval=ok)


@case("approval-by-the-clerk", "failed", "approval", "seats")
def _(s, c):
    s.grant("li", ["supervisor"])
    ok = s.approve(s.ask(), "li")
    s.lend(["K00000001"], approval=ok)


@case("approval-by-delegate-of-the-clerk", "failed", "approval", "seats")
def _(s, c):
    s.grant("li", ["supervisor"])
    s.delegate("li", "qian", ["supervisor"])
    ok = s.approve(s.ask(), "qian")
    s.lend(["K00000001"], approval=ok)


@case("approval-ended-by-suspension", "failed", "approval")
def _(s, c):
    ok = s.approve(s.ask())
    s.suspend("sun")
    s.two("person.reinstate/1", {"handle": "sun"})
    s.lend(["K00000001"], approval=ok)


@case("approval-ended-by-lost-credential", "failed", "approval")
def _(s, c):
    ok = s.approve(s.ask())
    s.credential("sun", "sun-2", "lost")
    s.lend(["K00000001"], approval=ok)


@case("approval-ended-by-compromise", "failed", "approval")
def _(s, c):
    ok = s.approve(s.ask())
    s.revoke("sun", reason="compromised")
    s.lend(["K00000001"], approval=ok)


@case("approval-ended-by-lost-role", "failed", "approval")
def _(s, c):
    ok = s.approve(s.ask())
    s.revoke_role("sun", ["supervisor"])
    s.grant("sun", ["supervisor"])
    s.lend(["K00000001"], approval=ok)


@case("approval-ended-by-givers-suspension", "failed", "approval")
def _(s, c):
    s.delegate("sun", "qian", ["supervisor"])
    ok = s.approve(s.ask(), "qian")
    s.suspend("sun")
    s.lend(["K00000001"], approval=ok)


@case("approval-is-a-request", "failed", "approval", "object")
def _(s, c):
    s.lend(["K00000001"], approval=s.ask())


# ---- the register

@case("place-by-custodian-alone", "failed", "seats", "role")
def _(s, c):
    s.place([("9", "building", "9栋", None)], ("li", "zhou"))


@case("place-again", "failed", "exists")
def _(s, c):
    s.place([("3", "building", "新3栋", None)])


@case("place-label-again", "failed", "exists")
def _(s, c):
    s.place([("9", "building", "3栋", None)])


@case("place-in-nowhere", "failed", "object")
def _(s, c):
    s.place([("9-1", "unit", "9栋-1", "9")])


@case("place-parent-later-in-list", "failed", "object", "structure")
def _(s, c):
    s.place([("8-1", "unit", "8栋-1", "9"), ("9", "building", "9栋", None)])


@case("place-kind", "failed", "structure")
def _(s, c):
    s.place([("9", "castle", "9栋", None)])


@case("lock-at-no-place", "failed", "object")
def _(s, c):
    s.lock([("9.D", "public_door", "9")])


@case("lock-kind-unknown", "failed", "policy")
def _(s, c):
    s.lock([("9.D", "moon_gate", "3")])


@case("lock-again", "failed", "exists")
def _(s, c):
    s.lock([("3.D", "public_door", "3")])


@case("key-of-wrong-desk", "failed", "K8")
def _(s, c):
    s.keys("front", [("K0000000A", 1, ["PLANT-2.D"], None)])


@case("key-by-custodian-of-other-desk", "failed", "seats", "role", "K2", "K8")
def _(s, c):
    s.keys("front", [("K0000000A", 1, ["3.D"], None)], ("sun", "zhou"))


@case("key-again", "failed", "exists")
def _(s, c):
    s.keys("front", [("K00000001", 3, ["3-2-12-1201.D"], None)])


@case("key-symbols-of-a-party", "failed", "exists")
def _(s, c):
    s.keys("front", [("K00000009", 1, ["3.D"], None)])


@case("key-of-unknown-lock", "failed", "object")
def _(s, c):
    s.keys("front", [("K0000000A", 1, ["3.X"], None)])


@case("key-of-unknown-desk", "failed", "policy", "object")
def _(s, c):
    s.keys("moon", [("K0000000A", 1, ["3.D"], None)])


@case("key-that-is-a-ring", "failed", "structure", "object", "state")
def _(s, c):
    s.keys("front", [("R0000000A", 1, ["3.D"], None)])


@case("key-ring-label", "failed", "label")
def _(s, c):
    s.two("key.add/1", {"desk": "front", "keys": [
        {"item": "K0000000A", "copy": 3, "label": "x", "locks": ["3.D"],
         "ring": {"item": "R00000010", "label": "another"}}]}, ("li", "sun"))


@case("key-ring-of-other-desk", "failed", "state")
def _(s, c):
    s.keys("plant", [("K0000000A", 1, ["PLANT-2.D"], "R00000010")], ("sun", "zhou"))


@case("key-copy-zero", "failed", "structure")
def _(s, c):
    s.keys("front", [("K0000000A", 0, ["3.D"], None)])


@case("party-by-staff", "failed", "role", "seats")
def _(s, c):
    s.act("party.add/1", {"name": Seal("x", "张三"), "party": "P0000000A", "phone": None,
                          "relation": "tenant", "unit": None}, ["feng"])


@case("party-again", "failed", "exists")
def _(s, c):
    s.act("party.add/1", {"name": Seal("x", "张三"), "party": "P00000009", "phone": None,
                          "relation": "tenant", "unit": None}, ["qian"])


@case("party-at-no-place", "failed", "object")
def _(s, c):
    s.act("party.add/1", {"name": Seal("x", "张三"), "party": "P0000000A", "phone": None,
                          "relation": "tenant", "unit": "77"}, ["qian"])


def place_line(s, code, by="li", **opts):
    return s.line("place.add/1", {"places": [
        {"code": code, "kind": "building", "label": code + "栋", "parent": None}]}, by, **opts)


@case("import-line-structure", "failed", "structure")
def _(s, c):
    s.line("place.add/1", {"places": []})


@case("import-line-by-auditor", "failed", "role", "seats")
def _(s, c):
    place_line(s, "9", "shen")


@case("import-line-of-an-act-that-has-no-lines", "failed", "structure", "lines", "state",
      "unknown-act")
def _(s, c):
    s.line("key.refuse/1", {"asked": {"items": items("K00000003"), "purpose": "round",
                                      "receiver": None}, "rule": "K3"})


@case("import-close-unknown-line", "failed", "lines")
def _(s, c):
    s.close("place.add/1", [sha(b"x").hex()])


@case("import-close-twice", "failed", "lines")
def _(s, c):
    a = place_line(s, "9")
    s.close("place.add/1", [a])
    s.close("place.add/1", [a])


@case("import-close-other-act", "failed", "lines")
def _(s, c):
    s.close("lock.add/1", [place_line(s, "9")])


@case("import-close-without-the-line-signer", "failed", "lines")
def _(s, c):
    s.close("place.add/1", [place_line(s, "9", "zhou")])


@case("import-close-seats", "failed", "seats")
def _(s, c):
    s.close("place.add/1", [place_line(s, "9")], ("feng", "li"))


@case("import-close-line-refused", "failed", "exists")
def _(s, c):
    s.close("place.add/1", [place_line(s, "9"), place_line(s, "3")])


@case("import-line-has-no-effect", "failed", "object")
def _(s, c):
    place_line(s, "9")
    s.lock([("9.D", "public_door", "9")])


# ---- custody

@case("lend-private-purpose", "failed", "K3")
def _(s, c):
    s.lend(purpose="private")


@case("lend-unknown-purpose", "failed", "policy")
def _(s, c):
    s.lend(purpose="fun")


@case("lend-by-no-custodian", "failed", "K2", "seats", "role")
def _(s, c):
    s.lend(by="zhou")


@case("lend-by-suspended-custodian", "failed", "suspended", "seats", "K2")
def _(s, c):
    s.suspend("li")
    s.lend()


@case("lend-to-oneself", "failed", "seats")
def _(s, c):
    s.grant("zheng", ["key_custodian"])
    s.lend(to="li", signers=["li"], receipt=receipt("paper", slip="1"))


@case("lend-to-his-giver", "failed", "seats")
def _(s, c):
    """The clerk acts for the receiver: folded they are one."""
    s.grant("feng", ["key_custodian"])
    s.delegate("feng", "qian", ["key_custodian"])
    s.lend(by="qian")


@case("lend-by-colleague-while-custodian-exists", "failed", "K2", "seats")
def _(s, c):
    s.grant("feng", ["key_custodian"])
    s.lend(to="li", by="zheng")


@case("lend-out-already", "failed", "K4")
def _(s, c):
    s.lend()
    s.lend(to="qian")


@case("lend-item-of-other-desk", "failed", "K4")
def _(s, c):
    s.lend(["K00000006"])


@case("lend-unknown-item", "failed", "object")
def _(s, c):
    s.lend(["K0000000Z"])


@case("lend-other-label", "failed", "label")
def _(s, c):
    s.lend(items=[{"item": "K00000003", "label": "水泵房"}])


@case("lend-member-beside-its-ring", "failed", "K4")
def _(s, c):
    ok = s.approve(s.ask(["K00000001", "R00000010"]))
    s.lend(["K00000001", "R00000010"], approval=ok)


@case("lend-member-that-left-with-its-ring", "failed", "K4")
def _(s, c):
    s.lend(["R00000010"], "qian", approval=s.approve(s.ask(["R00000010"], "qian")))
    s.lend(["K00000001"], approval=s.approve(s.ask()))


@case("lend-due-too-late", "failed", "K4")
def _(s, c):
    s.lend(due=when(s.t + 61 + 30 * DAY))


@case("lend-due-at-once", "failed", "K4")
def _(s, c):
    s.lend(due=when(s.t + 60))


@case("lend-unknown-receiver", "failed", "object")
def _(s, c):
    s.lend(to="P0000000Z", receipt=receipt("thumb"))


@case("lend-to-auditor", "failed", "role", "seats", "K4")
def _(s, c):
    s.lend(to="shen", receipt=receipt("paper", slip="1", unsigned_reason="device"),
           signers=["li", "qian"])


@case("lend-to-suspended", "failed", "suspended", "K4")
def _(s, c):
    s.suspend("feng")
    s.lend(receipt=receipt("paper", slip="1", unsigned_reason="device"),
           signers=["li", "qian"])


@case("lend-to-corrected-party", "failed", "object")
def _(s, c):
    p = s.act("party.add/1", {"name": Seal("x", "张三"), "party": "P0000000A",
                              "phone": None, "relation": "tenant", "unit": None}, ["qian"])
    s.correct(p, ("chen", "wang"))
    s.lend(to="P0000000A", receipt=receipt("thumb"))


@case("lend-receiver-did-not-sign", "failed", "seats")
def _(s, c):
    s.lend(signers=["li"])


@case("lend-signed-yet-on-paper", "failed", "seats", "K4")
def _(s, c):
    s.lend(receipt=receipt("paper", slip="1", unsigned_reason="device"),
           signers=["feng", "li"])


@case("lend-unsigned-without-reason", "failed", "K4", "policy")
def _(s, c):
    s.lend(receipt=receipt("paper", slip="1"), signers=["li", "qian"])


@case("lend-unsigned-unknown-reason", "failed", "policy", "K4")
def _(s, c):
    s.lend(receipt=receipt("screen", unsigned_reason="mood"), signers=["li", "qian"])


@case("lend-unsigned-without-colleague", "failed", "seats")
def _(s, c):
    s.lend(receipt=receipt("screen", unsigned_reason="device"), signers=["li"])


@case("lend-unsigned-auditor-as-colleague", "failed", "seats", "role")
def _(s, c):
    s.lend(receipt=receipt("screen", unsigned_reason="device"), signers=["li", "shen"])


@case("lend-party-with-colleague", "failed", "seats")
def _(s, c):
    s.lend(to="P00000009", receipt=receipt("thumb"), signers=["li", "qian"])


@case("lend-paper-without-slip", "failed", "K4", "structure", "seats")
def _(s, c):
    s.lend(to="bai", receipt=receipt("paper"))


@case("lend-signed-with-slip", "failed", "K4", "structure", "seats", "policy")
def _(s, c):
    s.lend(receipt=receipt("credential", slip="1"))


@case("late-event-without-reason", "failed", "late")
def _(s, c):
    s.lend(event_at=when(s.t))


@case("late-reason-without-event", "failed", "late")
def _(s, c):
    s.lend(late="outage")


@case("late-unknown-reason", "failed", "late", "policy")
def _(s, c):
    s.lend(event_at=when(s.t), late="mood")


@case("late-in-the-future", "failed", "late")
def _(s, c):
    s.lend(event_at=when(s.t + 3600), late="outage")


@case("late-too-old", "failed", "late")
def _(s, c):
    s.t += 9 * DAY
    s.lend(event_at=when(s.t - 7 * DAY + 59), late="outage")


@case("late-before-last-movement", "failed", "late")
def _(s, c):
    s.lend()
    s.back()
    s.lend(event_at=when(s.t - 30), late="outage")


@case("return-by-staff", "failed", "K2", "seats", "role")
def _(s, c):
    s.lend()
    s.back(by="qian")


@case("return-receipt-without-returner", "failed", "K4", "structure")
def _(s, c):
    s.lend()
    s.back(who=None, receipt=receipt("paper"))


@case("return-returner-did-not-sign", "failed", "seats")
def _(s, c):
    s.lend()
    s.back(signers=["li"])


@case("return-unknown-item", "failed", "object")
def _(s, c):
    s.back(["K0000000Z"], None)


@case("return-label", "failed", "label")
def _(s, c):
    s.lend()
    s.back(items=[{"item": "K00000003", "label": "水泵房"}])


@case("return-with-stranger-signing", "failed", "seats")
def _(s, c):
    s.lend()
    s.back(receipt=receipt("screen"), signers=["li", "qian"])


@case("refuse-by-staff", "failed", "role", "seats", "K2")
def _(s, c):
    s.refuse("feng")


@case("refuse-unknown-item", "failed", "object")
def _(s, c):
    s.refuse(names=["K0000000Z"])


# ---- corrections and ratifications

@case("correct-after-later-movement", "failed", "state")
def _(s, c):
    a = s.lend()
    s.back()
    s.correct(a)


@case("correct-twice", "failed", "state")
def _(s, c):
    a = s.lend()
    s.correct(a)
    s.correct(a)


@case("correct-an-enrolment", "failed", "state")
def _(s, c):
    s.correct(s.enrol("ma", ["staff"]), ("chen", "wang"))


@case("correct-unknown-act", "failed", "object")
def _(s, c):
    s.correct(sha(b"x").hex())


@case("correct-by-other-custodian", "failed", "seats", "role")
def _(s, c):
    s.correct(s.lend(), ("sun", "zhou"))


@case("correct-place-in-use", "failed", "state")
def _(s, c):
    a = s.place([("9", "building", "9栋", None)])
    s.lock([("9.D", "public_door", "9")])
    s.correct(a, ("chen", "wang"))


@case("correct-and-reuse-item", "failed", "exists")
def _(s, c):
    s.correct(s.keys("front", [("K0000000A", 1, ["3.D"], None)]))
    s.keys("front", [("K0000000A", 1, ["3.D"], None)])


@case("correct-lend-leaves-approval-used", "failed", "approval")
def _(s, c):
    ok = s.approve(s.ask())
    s.correct(s.lend(["K00000001"], approval=ok))
    s.lend(["K00000001"], approval=ok)


@case("ratify-nothing-to-ratify", "failed", "state")
def _(s, c):
    s.ratify(s.lend())


@case("ratify-by-beneficiary", "failed", "seats", "role")
def _(s, c):
    s.ratify(s.grant("wang", ["witness"]), ("wang",))


@case("ratify-twice", "failed", "state")
def _(s, c):
    a = s.grant("wang", ["witness"])
    s.ratify(a, ("chen",))
    s.ratify(a, ("chen",))


@case("ratify-delegation-by-another", "failed", "role", "seats")
def _(s, c):
    a = s.delegate("sun", "qian", ["supervisor"], signers=("chen", "qian"))
    s.ratify(a, ("chen",))


# ---- successors

@case("succeed-by-one-officer", "failed", "seats", "role")
def _(s, c):
    c.index = 0
    return succeed(s, signers=("chen", "li"))


@case("succeed-same-origin", "failed", "exists")
def _(s, c):
    c.index = 0
    return succeed(s, origin=ORIGIN)


@case("succeed-old-log-key", "failed", "exists", "credential")
def _(s, c):
    c.index = 0
    return succeed(s, log="log-1")


@case("succeed-other-root", "failed", "root", "seen", "lost")
def _(s, c):
    head = {"root": sha(b"x").hex(), "size": len(s.leaves)}
    c.index = 0
    return succeed(s, head_left=head, head_known=head)


@case("succeed-lost-tail-known", "failed", "lost", "known")
def _(s, c):
    """A slip from the old ledger shows entries that the successor left behind."""
    t = copy.deepcopy(s)
    t.refuse()
    c.known, c.index = {"slip": checkpoint(t.leaves, s.log)}, None
    return succeed(s, known=1)


@case("succeed-act-of-predecessor-replayed", "failed", "cross-ledger", "sequence", "seen")
def _(s, c):
    s.refuse()
    n = succeed(s)
    n.refuse()
    n.push(s.entries[-1])
    c.index = 2
    return n


@case("succeed-item-still-out", "failed", "K4")
def _(s, c):
    s.lend()
    n = succeed(s)
    n.lend(to="qian")
    c.index = 1
    return n


# ---- openings

@case("openings-mismatch", "verified")
def _(s, c):
    c.openings, c.openings_verdict = copy.deepcopy(s.openings), "failed"
    pt = "王建囯".encode() + b"\x80"
    c.openings[1]["pt"] = b64(pt + b"\0" * (-len(pt) % 64))


@case("openings-missing", "verified")
def _(s, c):
    c.openings, c.openings_verdict = s.openings[:-1], "failed"


@case("openings-other-padding", "verified")
def _(s, c):
    c.openings, c.openings_verdict = copy.deepcopy(s.openings), "failed"
    c.openings[0]["pt"] = b64(base64.b64decode(c.openings[0]["pt"]) + b"\0" * 64)


# ---- further cases: every member of the policy, every reason code, every odd seat

def changed(member, code, **over):
    """The policy's list with one element changed or added."""
    out = copy.deepcopy(POLICY[member])
    for e in out:
        if e["code"] == code:
            e.update(over)
            return out
    out.append(dict({"code": code, "label": "新"}, **over))
    return sorted(out, key=lambda e: e["code"])


LOOSER = {
    "approval-life": dict(approval_life=172801), "delegation-days": dict(delegation_days=31),
    "late-max-days": dict(late_max_days=8), "seen-max-entries": dict(seen_max_entries=4097),
    "submit-window": dict(submit_window=901),
    "desk-classes": dict(desks=changed("desks", "front", classes=["public"])),
    "desk-role": dict(desks=changed("desks", "front", custodian_role="duty")),
    "class-approval": dict(key_classes=changed("key_classes", "home", lend_approval=[])),
    "class-approval-more": dict(key_classes=changed("key_classes", "public",
                                                    lend_approval=["supervisor"])),
    "class-rule": dict(key_classes=changed("key_classes", "home", rule="K4")),
    "lock-class": dict(lock_kinds=changed("lock_kinds", "home_door", **{"class": "public"})),
    "high-risk": dict(high_risk=[]), "high-risk-approval": dict(high_risk_approval=["duty"]),
    "purpose-new": dict(purposes=changed("purposes", "visit", private=False)),
    "purpose-was-private": dict(purposes=sorted(changed("purposes", "private", private=False)
                                                + [{"code": "own", "label": "own",
                                                    "private": True}],
                                                key=lambda e: e["code"])),
    "late-reason": dict(late_reasons=changed("late_reasons", "snow")),
    "unsigned-reason": dict(unsigned_reasons=changed("unsigned_reasons", "snow")),
    "two-terminals": dict(two_terminals=[]),
    "recovery-officer": dict(recovery_officer="wang"),
    "vault-recovery": dict(vault_recovery="0" * 64),
    "class-consent": dict(key_classes=changed("key_classes", "home", consent=True)),
    "class-copy": dict(key_classes=changed("key_classes", "public",
                                           copy_approval=["engineering_manager"])),
    "cause": dict(causes=changed("causes", "snow")),
    "document": dict(documents=changed("documents", "passport")),
    "warning-reason": dict(warning_reasons=changed("warning_reasons", "snow")),
    "emergency-due": dict(emergency_due_h=25), "escort-max": dict(escort_max_min=241),
    "ratify": dict(ratify_h=13), "spare-min": dict(spare_min=0),
    "stocktake-sample": dict(stocktake_sample=1),
    "standing-approval": dict(standing_approval=["engineering_manager"]),
}
NEVER_LOOSER = {
    "reasons": dict(reasons=changed("reasons", "snow")),
    "channels": dict(channels=changed("channels", "letter")),
    "holidays": dict(holidays=["2026-10-01", "2028-02-29"]),
    "shifts": dict(shifts=[{"code": "day", "days": ["mon", "sun"], "desks": ["front", "plant"],
                            "end_min": 2880, "label": "班", "start_min": 1439}]),
    "fewer-codes": dict(causes=POLICY["causes"][:1], documents=POLICY["documents"][1:],
                        warning_reasons=POLICY["warning_reasons"][:1]),
    "stricter-numbers": dict(emergency_due_h=1, escort_max_min=5, spare_min=10,
                             stocktake_sample=500),
    "class-label": dict(key_classes=changed("key_classes", "home", label="住户房")),
}
OUTSIDE = {
    "approval-life-low": dict(approval_life=3599),
    "approval-life-high": dict(approval_life=2592001),
    "delegation-days-low": dict(delegation_days=0),
    "delegation-days-high": dict(delegation_days=61),
    "late-max-days-low": dict(late_max_days=-1), "seen-low": dict(seen_max_entries=63),
    "seen-high": dict(seen_max_entries=65537), "window-low": dict(submit_window=59),
    "window-high": dict(submit_window=3601), "loan-low": dict(loan_max_days=0),
    "loan-high": dict(loan_max_days=367),
    "only-private": dict(purposes=POLICY["purposes"][:1]),
    "emergency-due-low": dict(emergency_due_h=0), "emergency-due-high": dict(emergency_due_h=73),
    "escort-low": dict(escort_max_min=4), "escort-high": dict(escort_max_min=1441),
    "ratify-low": dict(ratify_h=0), "spare-low": dict(spare_min=-1),
    "spare-high": dict(spare_min=11), "sample-low": dict(stocktake_sample=-1),
    "sample-high": dict(stocktake_sample=501), "ratify-high": dict(ratify_h=25),
    "copy-approval": dict(key_classes=changed("key_classes", "public", copy_approval=[
        "engineering_manager", "supervisor"])),
    "copy-approval-plant": dict(key_classes=changed("key_classes", "facility", copy_approval=[
        "centre_manager"])),
}
MALFORMED = {
    "no-desk": dict(desks=[]), "desk-unsorted": dict(desks=POLICY["desks"][::-1]),
    "custodian-role": dict(desks=changed("desks", "front", custodian_role="staff")),
    "unknown-role": dict(high_risk_approval=["king"]),
    "no-risk-approval": dict(high_risk_approval=[]), "extra-member": dict(colour="red"),
    "class-rule": dict(key_classes=changed("key_classes", "home", rule="A7")),
    "two-terminals-version": dict(two_terminals=["key.lend/1"]), "version": dict(version=2),
    "desk-unknown-class": dict(desks=changed("desks", "front", classes=["moon"])),
    "recovery-no-administrator": dict(recovery_officer="chen"),
    "recovery-unknown": dict(recovery_officer="nobody"),
    "vault-recovery": dict(vault_recovery="00"),
    "no-copy-approval": dict(key_classes=changed("key_classes", "home", copy_approval=[])),
    "consent-text": dict(key_classes=changed("key_classes", "home", consent="yes")),
    "no-cause": dict(causes=[]), "no-channel": dict(channels=[]),
    "no-document": dict(documents=[]), "no-warning-reason": dict(warning_reasons=[]),
    "no-standing-approval": dict(standing_approval=[]),
    "channels-unsorted": dict(channels=POLICY["channels"][::-1]),
    "holiday-no-date": dict(holidays=["2027-02-29"]), "holiday-word": dict(holidays=["MAY"]),
    "holidays-twice": dict(holidays=["2026-10-01", "2026-10-01"]),
    **{"shift-" + name: dict(shifts=[dict({
        "code": "day", "days": ["mon"], "desks": ["front"], "end_min": 1080, "label": "白班",
        "start_min": 480}, **over)]) for name, over in {
            "ends-before-start": dict(end_min=480), "too-long": dict(end_min=2881),
            "starts-next-day": dict(start_min=1440, end_min=1500), "no-day": dict(days=[]),
            "unknown-day": dict(days=["monday"]), "no-desk": dict(desks=[]),
            "unknown-desk": dict(desks=["moon"]), "extra-member": dict(colour="red")}.items()},
}


def policy_cases():
    for name, over in LOOSER.items():
        @case("policy-looser-" + name, "failed", "floor")
        def _(s, c, over=over):
            s.set_policy(policy(**over))

        @good("good-policy-looser-in-a-week-" + name)
        def _(s, c, over=over):
            s.set_policy(policy(**over), s.t + 60 + 604800)
    for name, over in NEVER_LOOSER.items():
        @good("good-policy-never-looser-" + name)
        def _(s, c, over=over):
            s.set_policy(policy(**over))
    for name, over in OUTSIDE.items():
        @case("policy-outside-" + name, "failed", "floor", "policy", "structure")
        def _(s, c, over=over):
            s.set_policy(policy(**over), s.t + 30 * DAY)
    for name, over in MALFORMED.items():
        @case("policy-malformed-" + name, "failed", "policy", "structure", "floor")
        def _(s, c, over=over):
            s.set_policy(policy(**over), s.t + 30 * DAY)


policy_cases()


@good("good-policy-tighter-at-once")
def _(s, c):
    s.set_policy(policy(
        approval_life=3600, delegation_days=1, late_max_days=0, seen_max_entries=64,
        submit_window=60, loan_max_days=1, high_risk=["3", "PLANT-1"],
        desks=changed("desks", "front", label="新柜"),
        key_classes=changed("key_classes", "home", label="住户"),
        lock_kinds=changed("lock_kinds", "home_door", label="门"),
        purposes=[dict(p, label="x" + p["label"], private=p["code"] != "repair")
                  for p in POLICY["purposes"]],
        reasons=changed("reasons", "moved"), late_reasons=[dict(POLICY["late_reasons"][0],
                                                                label="无电")],
        two_terminals=["key.lend", "policy.set"]))
    s.refuse()


@case("policy-tighter-is-in-force", "failed", "terminals")
def _(s, c):
    s.set_policy(policy(two_terminals=["key.lend", "policy.set"]))
    s.lend(terminals=1)


@case("policy-both-approvals-wanted", "failed", "role", "seats")
def _(s, c):
    """A home beneath a high-risk place: its class's roles and those of the place."""
    s.set_policy(policy(high_risk=["3", "PLANT-1"]))
    s.approve(s.ask())


@good("good-both-approvals-by-one-person")
def _(s, c):
    s.set_policy(policy(high_risk=["3", "PLANT-1"]))
    s.grant("wu", ["supervisor"])
    s.lend(["K00000001"], approval=s.approve(s.ask(), "wu"))


@case("policy-beneath-high-risk", "failed", "K10")
def _(s, c):
    s.set_policy(policy(high_risk=["PLANT", "PLANT-1"]))
    s.lend(["K00000006"], "feng", "zhou", "plant")


@good("good-approval-by-a-delegate")
def _(s, c):
    s.delegate("sun", "qian", ["supervisor"])
    s.lend(["K00000001"], approval=s.approve(s.ask(), "qian"))


@case("approval-delegation-ended", "failed", "approval")
def _(s, c):
    s.delegate("sun", "qian", ["supervisor"])
    ok = s.approve(s.ask(), "qian")
    now = when(s.t)
    s.delegate("sun", "qian", ["supervisor"], start=now, end=now)
    s.lend(["K00000001"], approval=ok)


@good("good-approval-survives-a-plain-revocation")
def _(s, c):
    ok = s.approve(s.ask())
    s.revoke("sun", reason="other")
    s.lend(["K00000001"], approval=ok)


@good("good-one-officer-left")
def _(s, c):
    """A lost credential may leave one officer; what does not make it worse is allowed."""
    s.revoke("chen")
    s.revoke_role("feng", ["staff"], by="wang")
    s.grant("feng", ["witness"], ("he", "wang"))


@good("good-lost-by-recovery-officer-with-one-left")
def _(s, c):
    s.credential("wang", "wang-2", "lost", ("he", "li"))
    c.flags = [[len(s.entries) - 1, "lost-one-officer"], [len(s.entries) - 1, "unratified"]]


@good("good-import-of-a-ring-in-two-lines")
def _(s, c):
    s.close("key.add/1", [s.line("key.add/1", {"desk": "front", "keys": [
        {"item": "K0000020%d" % n, "copy": 1, "label": "3栋 大门 %d" % n, "locks": ["3.D"],
         "ring": {"item": "R00000210", "label": "3栋"}}]}) for n in range(2)])
    s.lend(items=[{"item": "R00000210", "label": "3栋"}])
    s.lend(["K00000004"])
    c.flags = []


@case("rotate-vkey-malformed", "failed", "structure", "checkpoint")
def _(s, c):
    s.rotate("log-2", log="not a vkey")
    s.log = "log-1"


@case("rotate-key-not-on-the-curve", "failed", "proof", "structure", "credential")
def _(s, c):
    raw = b"\1" + (2).to_bytes(32, "little")
    s.rotate("log-2", log="%s+%s+%s" % (
        ORIGIN, sha(ORIGIN.encode() + b"\n" + raw)[:4].hex(), b64(raw)))
    c.write = {"head": checkpoint(s.leaves, "log-1")}


@case("suspend-unknown-reason", "failed", "policy")
def _(s, c):
    s.act("person.suspend/1", {"handle": "li", "reason": "mood"}, ["chen"])


@case("suspend-unknown-person", "failed", "object")
def _(s, c):
    s.suspend("nobody")


@case("delegate-to-oneself", "failed", "role", "seats", "structure", "state", "object",
      "terminals")
def _(s, c):
    s.delegate("sun", "sun", ["supervisor"], signers=["sun"], terminals=1)


@case("delegate-unknown-reason", "failed", "policy")
def _(s, c):
    s.delegate("sun", "qian", ["supervisor"], reason="mood")


@case("delegate-backwards", "failed", "state", "structure", "policy", "role", "time")
def _(s, c):
    s.delegate("sun", "qian", ["supervisor"], start=when(s.t + DAY), end=when(s.t + 7200))


@case("delegate-in-the-past", "failed", "state", "structure", "policy", "role", "time")
def _(s, c):
    s.delegate("sun", "qian", ["supervisor"], start=when(s.t - DAY), end=when(s.t + 60))


@case("approve-by-two", "failed", "seats")
def _(s, c):
    r = s.ask()
    s.act("request.approve/1", {"limits": {"count": 1, "until": when(s.t + DAY)},
                                "request": r}, ["chen", "sun"])


@case("approve-by-suspended", "failed", "suspended", "seats", "role")
def _(s, c):
    r = s.ask()
    s.suspend("sun")
    s.approve(r)


@case("reject-unknown-reason", "failed", "policy")
def _(s, c):
    s.act("request.reject/1", {"reason": "mood", "request": s.ask()}, ["sun"])


@case("cancel-unknown-request", "failed", "object", "request")
def _(s, c):
    s.act("request.cancel/1", {"reason": "error", "request": sha(b"x").hex()}, ["feng"])


@case("cancel-decided", "failed", "request")
def _(s, c):
    r = s.ask()
    s.approve(r)
    s.act("request.cancel/1", {"reason": "error", "request": r}, ["feng"])


@case("cancel-unknown-reason", "failed", "policy")
def _(s, c):
    s.act("request.cancel/1", {"reason": "mood", "request": s.ask()}, ["feng"])


@case("lend-unknown-desk", "failed", "policy", "object")
def _(s, c):
    s.lend(desk="moon")


@case("lend-unsigned-reason-not-owed", "failed", "K4", "structure", "policy", "seats")
def _(s, c):
    s.lend(to="bai", receipt=receipt("paper", slip="1", unsigned_reason="device"))


@case("lend-signed-on-paper-with-colleague", "failed", "seats", "K4")
def _(s, c):
    s.lend(receipt=receipt("paper", slip="1", unsigned_reason="device"),
           signers=["feng", "li", "qian"])


@case("return-unknown-desk", "failed", "policy", "object")
def _(s, c):
    s.lend()
    s.back(desk="moon")


@case("return-by-suspended-clerk", "failed", "suspended", "K2", "seats")
def _(s, c):
    s.lend()
    s.suspend("li")
    s.back()


@case("return-by-unknown", "failed", "object")
def _(s, c):
    s.back(who="P0000000Z", receipt=receipt("thumb"))


@case("return-signed-by-auditor", "failed", "role", "seats")
def _(s, c):
    s.back(who="shen")


@case("return-clerk-acts-for-the-returner", "failed", "seats")
def _(s, c):
    s.lend()
    s.grant("feng", ["duty"])
    s.delegate("feng", "qian", ["duty"])
    s.back(by="qian")


@case("return-own-keys-not-on-screen", "failed", "K4", "structure", "seats")
def _(s, c):
    s.lend(to="li", by="zheng")
    s.back(who="li", by="li", receipt=receipt("paper", slip="1"), signers=["li"])


@case("return-own-keys-signed-twice", "failed", "seats", "K4")
def _(s, c):
    s.lend(to="li", by="zheng")
    s.back(who="li", by="li", signers=["li"])


@case("correct-unknown-reason", "failed", "policy")
def _(s, c):
    s.two("act.correct/1", {"act": s.lend(), "note": None, "reason": "mood"}, ("li", "sun"))


@case("correct-key-that-was-lent", "failed", "state")
def _(s, c):
    a = s.keys("front", [("K0000000A", 1, ["3.D"], None)])
    s.lend(["K0000000A"])
    s.correct(a)


@case("correct-lock-in-use", "failed", "state")
def _(s, c):
    a = s.lock([("9.D", "public_door", "3")])
    s.keys("front", [("K0000000A", 1, ["9.D"], None)])
    s.correct(a, ("chen", "wang"))


@case("correct-party-that-holds", "failed", "state")
def _(s, c):
    p = s.act("party.add/1", {"name": Seal("x", "张三"), "party": "P0000000A",
                              "phone": None, "relation": "tenant", "unit": None}, ["qian"])
    s.lend(to="P0000000A", receipt=receipt("thumb"))
    s.correct(p, ("chen", "wang"))


@case("correct-return-puts-the-key-back-out", "failed", "K4")
def _(s, c):
    s.lend()
    s.correct(s.back())
    s.lend(to="qian")


@case("ratify-unknown-act", "failed", "object")
def _(s, c):
    s.ratify(sha(b"x").hex())


@case("ratify-lost-credential-by-its-owner", "failed", "seats", "role")
def _(s, c):
    a = s.credential("wang", "wang-2", "lost", ("chen", "li"))
    s.ratify(a, ("chen", "wang"))


@case("entry-0-founds-nothing", "failed", "structure", "genesis", "canonical", "unknown-act",
      start="none")
def _(s, c):
    s.refuse()


@case("known-not-a-note", "incomplete", "known")
def _(s, c):
    c.known, c.index = {"slip": b"something else\n"}, None


@case("known-of-another-log", "incomplete", "known")
def _(s, c):
    c.known, c.index = {"slip": checkpoint(s.leaves, "log-1", "other.example/custody")}, None


@case("known-by-a-foreign-key", "incomplete", "known")
def _(s, c):
    c.known, c.index = {"slip": checkpoint(s.leaves, "log-x")}, None


@case("known-by-a-later-key", "incomplete", "known")
def _(s, c):
    s.rotate("log-2")
    s.refuse()
    c.known, c.index = {"slip": checkpoint(s.leaves[:5], "log-2")}, None


@case("trust-witness-is-an-actor", "failed", "credential", "exists", "quorum")
def _(s, c):
    c.trust = s.trust("witness a %s\n" % vkey("li", "audit.example/a", 4))
    c.index = None


@case("succeed-unknown-reason", "failed", "policy")
def _(s, c):
    c.index = 0
    return succeed(s, reason="mood")


@case("succeed-known-before-left", "failed", "structure", "state", "lost", "root")
def _(s, c):
    c.index = 0
    return succeed(s, head_known={"root": s.root(5).hex(), "size": 5})


@case("succeed-two-roots-for-one-size", "failed", "root", "state", "structure", "lost")
def _(s, c):
    c.index = 0
    return succeed(s, head_known={"root": sha(b"x").hex(), "size": len(s.leaves)})


@case("succeed-another-ledger", "failed", "genesis", "object", "cross-ledger", "ledger")
def _(s, c):
    c.index = 0
    return succeed(s, ledger=sha(b"x").hex())


@case("succeed-predecessor-cut", "incomplete", "bundle", "lost", "root")
def _(s, c):
    n = succeed(s)
    s.entries.pop()
    c.index = 0
    return n


@case("succeed-key-of-predecessor-person", "failed", "exists", "credential")
def _(s, c):
    n = succeed(s)
    n.credential("bai", "li", "first")
    return n


@case("succeed-handle-of-predecessor-person", "failed", "exists")
def _(s, c):
    n = succeed(s)
    n.enrol("li", ["staff"], credential=False, staff_no="NEW")
    return n


@case("openings-malformed", "verified")
def _(s, c):
    c.openings, c.openings_verdict = copy.deepcopy(s.openings), "failed"
    c.openings[0]["k_com"] += "00"


@case("openings-of-nothing", "verified")
def _(s, c):
    c.openings, c.openings_verdict = copy.deepcopy(s.openings), "failed"
    c.openings.append(dict(c.openings[0], pointer="/body/zzz"))


# ---------------------------------------------------------------------- the key desk

# 08:00 to 18:00 of workdays and 18:00 to 08:00 of every day; 2026-10-01 is a holiday.
SHIFTS = [
    {"code": "day", "days": ["fri", "mon", "thu", "tue", "wed"], "desks": ["front"],
     "end_min": 1080, "label": "白班", "start_min": 480},
    {"code": "night", "days": ["fri", "mon", "sat", "sun", "thu", "tue", "wed"],
     "desks": ["front"], "end_min": 1920, "label": "夜班", "start_min": 1080}]


def home_class(**over):
    """The classes with the owner's say over the keys of homes."""
    return changed("key_classes", "home", **{**dict(
        consent=True, copy_approval=["supervisor"]), **over})


def desk_site():
    """base() where owners are asked, with a tenant, an agent and a second clerk (tang)."""
    s = Site().base(key_classes=home_class(), shifts=SHIFTS)
    s.enrol("tang", ["key_custodian"])
    for code, relation, unit in (("P00000019", "tenant", "3-2-12-1201"),
                                 ("P00000029", "agent", None),
                                 ("P00000039", "contractor", None)):
        s.act("party.add/1", {"name": Seal(code, "某人"), "party": code, "phone": None,
                              "relation": relation, "unit": unit}, ["qian"])
    return s


# ---------------------------------------------------------------------- writing

def prepare():
    none, found, base = Site(), Site(), Site().base()
    found.found()
    return {"none": none, "found": found, "base": base, "desk": desk_site()}


def write_case(out, row, sites):
    name, verdict, check, also, start, build = row
    site = copy.deepcopy(sites[start])
    c = Case(site)
    site = build(site, c) or site
    folder = os.path.join(out, name)
    if os.path.exists(folder):
        shutil.rmtree(folder)
    os.makedirs(folder)
    export = os.path.join(folder, "export")
    site.write(export, **c.write)
    if c.after_write:
        c.after_write(export)
    index = c.index if check else None
    if index == LAST:
        index = len(site.entries) - 1
    expected = {"verdict": verdict, "index": index, "check": check, "also": list(also)}
    if c.flags is not None:
        expected["flags"] = c.flags
    with open(os.path.join(folder, "trust"), "w", encoding="utf-8") as f:
        f.write(c.trust or site.trust())
    if c.known:
        os.makedirs(os.path.join(folder, "known"))
        expected["known"] = sorted("known/" + n for n in c.known)
        for n, data in c.known.items():
            with open(os.path.join(folder, "known", n), "wb") as f:
                f.write(data)
    if c.openings is not None:
        expected["openings"] = c.openings_verdict
        with open(os.path.join(folder, "openings.json"), "wb") as f:
            f.write(canon(sorted(c.openings, key=lambda o: (o["entry"], o["pointer"]))))
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as f:
        json.dump(expected, f, indent=1, sort_keys=True)
        f.write("\n")


def make_all(out):
    sites = prepare()
    for row in CASES:
        write_case(out, row, sites)
    return len(CASES)


def make_big(out, count, per_line=250):
    """A site with `count` keys imported by lines, for measuring."""
    s = Site().base()
    lines = []
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

    def symbols(n):
        return "".join(alphabet[n >> (5 * k) & 31] for k in range(7, -1, -1))
    for first in range(0, count, per_line):
        lines.append(s.line("key.add/1", {"desk": "front", "keys": [
            {"item": "K1" + symbols(n)[1:], "copy": 1, "label": "3栋 大门 %d" % n,
             "locks": ["3.D"], "ring": None}
            for n in range(first, min(count, first + per_line))]}, step=1))
    for first in range(0, len(lines), 600):
        s.close("key.add/1", lines[first:first + 600])
    for _ in range(200):
        s.lend()
        s.back()
    os.makedirs(out)
    s.write(os.path.join(out, "export"))
    with open(os.path.join(out, "trust"), "w", encoding="utf-8") as f:
        f.write(s.trust())


import make_ledgers_lend  # noqa: E402,F401  its cases join CASES
import make_ledgers_folder  # noqa: E402,F401
import make_ledgers_folder_destroy  # noqa: E402,F401
import make_ledgers_folder_erase  # noqa: E402,F401
import make_ledgers_folder_file  # noqa: E402,F401
import make_ledgers_folder_use  # noqa: E402,F401
try:
    import make_ledgers_desk  # noqa: E402,F401
except ModuleNotFoundError:
    pass

if __name__ == "__main__":
    if len(sys.argv) in (4, 5) and sys.argv[2] == "--big":
        make_big(sys.argv[1], *(int(a) for a in sys.argv[3:]))
    elif len(sys.argv) == 2:
        os.makedirs(sys.argv[1], exist_ok=True)
        print("%d cases written" % make_all(sys.argv[1]))
    else:
        sys.stderr.write("usage: make_ledgers.py OUTDIR [--big KEYS [KEYS_PER_LINE]]\n")
        sys.exit(2)
