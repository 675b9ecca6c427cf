"""Counting, shifts and slips: FORMATS.md section 17.5.  A mixin of verify_desk.DeskActs."""

import hashlib

from verify_common import Skip, parse_date

SUPERVISOR = frozenset(("supervisor",))
OUT = ("person", "party", "tray")


class CountActs:
    """What the desk's people count together."""

    # ---- the shift (K12)

    def desk_numbers(self, code):
        """What a count of the desk should give at this index."""
        here, out, late = ("desk", code), 0, 0
        for it in self.items.values():
            ring = self.items.get(it["ring"])
            if it["desk"] != code or it["holder"][0] not in OUT \
                    or (it["due"] is None and it["holder"][0] != "tray") \
                    or (ring is not None and ring["holder"] == it["holder"]):
                continue
            out += 1
            late += it["due"] is not None and it["due"] < self.t
        return {"board": sum(i in self.items and self.items[i]["holder"] == here
                             for i in self.boards.get(code, ())),
                "open": out, "overdue": late,
                "sealed": sum(s["desk"] == code and not s["broken"]
                              for s in self.seals.values())}

    def check_counted(self, act):
        b = act.body
        if b["counted"] == self.desk_numbers(b["desk"]):
            self.need(b["reason"] is None, "K12", "nothing differs, yet a reason is given")
            return
        act.flags.add("count-differs")
        self.need(self.entry_of("reasons", b["reason"]) is not None, "K12",
                  "the count differs without a reason of the policy")

    def do_shift_handover(self, act):
        b, out, new = act.body, act.body["outgoing"], act.body["incoming"]
        roles = self.keeper(b["desk"], "duty")
        self.person(out)
        self.person(new)
        if self.need(out != new, "K12", "nobody relieves himself"):
            self.judge_stand_in(act, *((self.only(who, self.seat(roles)), roles,
                                        self.only(who, self.seat_any()))
                                       for who in (out, new)))
        self.event_time(act)
        self.check_counted(act)

    def do_shift_close(self, act):
        b = act.body
        roles, guard = self.keeper(b["desk"]), frozenset(("duty",))
        self.person(b["guard"])
        if self.need(act.by != b["guard"], "K12", "the custodian is not his own guard"):
            self.judge_stand_in(
                act, (self.only(act.by, self.seat(roles)), roles, None),
                (self.only(b["guard"], self.seat(guard)), guard,
                 self.only(b["guard"], self.seat_any())))
        self.event_time(act)
        self.check_counted(act)

    def do_shift_check(self, act):
        b = act.body
        self.desk_or_skip(b["desk"])
        self.one_signer(act, SUPERVISOR, "K12")
        self.need(parse_date(b["day"]) <= (act.at + self.utc_offset_min * 60) // 86400, "K12",
                  "the day is still to come")
        if self.need((b["reason"] is None) == (b["result"] == "ok"), "K12",
                     "remarks want a reason, ok none") and b["reason"] is not None:
            self.need_code("reasons", b["reason"])

    # ---- stock-takes (K14)

    def do_stocktake_open(self, act):
        b, code = act.body, act.body["desk"]
        self.one_signer(act, self.keeper(code) | SUPERVISOR, "seats")
        self.need(not any(s["desk"] == code and s["open"] for s in self.stocktakes.values()),
                  "state", "another stock-take of the desk is open")
        self.need((b["kind"] == "yearly") == bool(b["places"]), "K14",
                  "a yearly stock-take names places, a monthly one none")
        for place in b["places"]:
            self.need(place in self.places, "object", "%s is no known place" % place)
        lines = {}
        for item_id in self.lines_of(act):
            kind = self.items[item_id]["holder"][0]
            lines[item_id] = "out" if kind in OUT else kind
        self.stocktakes[act.id] = {
            "desk": code, "open": True, "order": self.order, "finished": False,
            "lines": lines,
            "labels": {i: self.items[i]["label"] for i in lines}, "found": set(), "misplaced": set(), "repeated": set(),
            "unknown": set()}

    def lines_of(self, act):
        b, code = act.body, act.body["desk"]
        base = []
        for item_id, it in self.items.items():
            kind = it["holder"][0]
            if item_id[0] == "K" and it["desk"] == code \
                    and kind not in ("void", "retired", "lost", "home") \
                    and not (kind == "party" and it["due"] is None):
                base.append(item_id)
        if b["kind"] == "yearly":
            return [i for i in base if any(self.at_place(i, p) for p in b["places"])]
        # "finished" comes last for the one opened last: one is open at a time.
        since = max((s["order"] for s in self.stocktakes.values()
                     if s["desk"] == code and s["finished"]), default=-1)
        out, rest = [], []
        for i in base:
            it = self.items[i]
            if it["holder"][0] == "tray" or (it["holder"][0] in OUT and it["due"] is not None) \
                    or i in self.boards.get(code, ()) or self.unsealed.get(i, -1) > since:
                out.append(i)
            elif it["holder"] == ("desk", code):
                rest.append(i)
        rest.sort(key=lambda i: hashlib.sha256(bytes.fromhex(act.id) + i.encode()).digest())
        return out + rest[:self.policy["stocktake_sample"]]

    def open_stocktake(self, act_id):
        s = self.stocktakes.get(act_id)
        if s is None:
            self.bad("object", "there is no such stock-take")
            raise Skip
        self.need(s["open"], "state", "the stock-take is finished")
        return s

    def do_stocktake_scan(self, act):
        b = act.body
        self.judge_seats(act, (self.seat_any(),))
        s, here = self.open_stocktake(b["stocktake"]), ("desk", b["desk"])
        self.desk_or_skip(b["desk"])
        s["unknown"] |= {u["text"] for u in b["unknown"]}
        for ref in b["items"]:
            if not self.need(ref["item"][0] in "KR", "structure", "it is no key and no ring"):
                continue
            it = self.item(ref)
            if it is None:
                continue
            # A ring is not counted itself.
            seen = [ref["item"]] if ref["item"][0] == "K" else [
                k for k in self.members_of(ref["item"]) if self.items[k]["holder"] == here]
            for key in seen:
                if key in s["found"] or key in s["misplaced"]:
                    s["repeated"].add((act.id, key))
                    continue
                good = s["lines"].get(key) == "desk" and self.items[key]["holder"] == here
                s["found" if good else "misplaced"].add(key)

    def do_stocktake_finish(self, act):
        b = act.body
        s = self.open_stocktake(b["stocktake"])
        if self.need(len(act.signers) > 1, "K14", "a stock-take is finished by two"):
            self.judge_seats(act, (self.seat(self.keeper(s["desk"])), self.seat_any()))
        seen = s["found"] | s["misplaced"]
        left = {e: {i for i, x in s["lines"].items() if x == e and i not in seen}
                for e in ("desk", "out", "seal")}
        for ref in b["missing"]:      # also one whose registration was corrected meanwhile
            label = s["labels"].get(ref["item"])
            if label is None:
                self.item(ref)
            else:
                self.need(label == ref["label"], "label", "%s is not labelled so" % ref["item"])
        self.need([r["item"] for r in b["missing"]] == sorted(left["desk"])[:400] and b["counts"] == {
            "found": len(s["found"]), "misplaced": len(s["misplaced"]),
            "missing": len(left["desk"]), "out": len(left["out"]),
            "repeated": len(s["repeated"]), "sealed": len(left["seal"]),
            "unknown": len(s["unknown"])},
            "count", "the numbers are not those of the scans")
        s["open"], s["finished"] = False, True

    # ---- slips (K20)

    def do_slip_issue(self, act):
        b = act.body
        self.one_signer(act, self.keeper(b["desk"]) | SUPERVISOR, "seats")
        if not self.need(b["first"] <= b["last"] and b["last"] - b["first"] < 1000,
                         "structure", "the numbers do not run from first to last"):
            raise Skip
        series = self.slips.setdefault(b["series"], {})
        for n in range(b["first"], b["last"] + 1):
            self.need(n not in series, "exists", "slip %d was issued before" % n)
            series.setdefault(n, {"desk": b["desk"], "closed": False})

    def do_slip_close(self, act):
        b = act.body
        self.judge_seats(act, (self.seat(self.keeper(b["desk"])), self.seat(SUPERVISOR)))
        series = self.slips.get(b["series"], {})
        for slip in b["slips"]:
            mine = series.get(slip["number"])
            self.need(mine is not None and mine["desk"] == b["desk"] and not mine["closed"],
                      "K20", "slip %d is not open at the desk" % slip["number"])
            if mine is not None and mine["desk"] == b["desk"]:
                mine["closed"] = True
            self.need(bool(slip["acts"]) == (slip["use"] == "used"), "K20",
                      "acts go with a used slip and no other")
            for act_id in slip["acts"]:
                rec = self.acts.get(act_id)
                self.need(rec is not None and "late" in rec["flags"], "K20",
                          "slip %d names what is no late entry" % slip["number"])
