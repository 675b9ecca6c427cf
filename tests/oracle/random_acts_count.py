"""Shifts, stocktakes and slips for random_acts.Maker."""

from make_ledgers import DAY, when

HOUR = 3600


class CountActs:
    """do_<noun>_<verb> makes one act and gives its name."""

    # ---- counting

    def counted(self, desk):
        numbers = self.st.desk_numbers(desk)
        if self.r.random() < .2:
            numbers[self.r.choice(sorted(numbers))] += 1
        differs = numbers != self.st.desk_numbers(desk)
        return numbers, self.reason() if differs != self.odd() else None

    def do_shift_handover(self):
        desk = self.desk()
        numbers, reason = self.counted(desk)
        out, new = self.keeper(desk, "duty"), self.keeper(desk, "duty")
        if self.r.random() < .15:
            new = self.one(self.people())
        return self.send("shift.handover/1", self.past({
            "counted": numbers, "desk": desk, "incoming": new, "outgoing": out,
            "reason": reason}), [out, new])

    def do_shift_close(self):
        desk = self.desk()
        numbers, reason = self.counted(desk)
        by, guard = self.keeper(desk), self.who("duty")
        if self.r.random() < .15:
            guard = self.one(self.people())
        return self.send("shift.close/1", self.past({
            "counted": numbers, "desk": desk, "doors_locked": True, "guard": guard,
            "power_off": False, "reason": reason}), [by, guard], by)

    def do_shift_check(self):
        result = self.one(("ok", "remarks"))
        day = when(self.at + 8 * HOUR + self.one((0, -DAY), (DAY, HOUR)))[:10]
        return self.send("shift.check/1", {
            "day": day, "desk": self.desk(), "result": result,
            "reason": self.reason() if (result == "remarks") != self.odd() else None},
            [self.who("supervisor")])

    def do_stocktake_open(self):
        desk, kind = self.desk(), self.one(("monthly", "yearly"))
        return self.send("stocktake.open/1", {
            "desk": desk, "kind": kind, "places": sorted({self.place() for _ in range(2)})
            if (kind == "yearly") != self.odd() else []}, [self.keeper(desk, "supervisor")])

    def counting(self):
        good = [i for i, x in self.st.stocktakes.items() if x["open"]]
        return self.one(good or ["0" * 64], list(self.st.stocktakes) or ["0" * 64])

    def do_stocktake_scan(self):
        s = self.counting()
        lines = (self.st.stocktakes.get(s) or {}).get("lines", {})
        desk = (self.st.stocktakes.get(s) or {}).get("desk", "front")
        names = self.some(lines, list(self.st.items), 0, 4) if self.r.random() < .6 \
            else self.some(self.st.items, None, 0, 4)
        return self.send("stocktake.scan/1", {
            "desk": desk if self.r.random() < .8 else self.desk(), "items": self.refs(names),
            "stocktake": s, "unknown": [{"text": t} for t in self.some("abcd", None, 0, 2)]},
            [self.one(self.people())])

    def do_stocktake_finish(self):
        i = self.counting()
        s = self.st.stocktakes.get(i) or {"lines": {}, "found": set(), "misplaced": set(),
                                          "repeated": set(), "unknown": set(), "desk": "front"}
        seen = s["found"] | s["misplaced"]
        left = {e: sorted(k for k, x in s["lines"].items() if x == e and k not in seen)
                for e in ("desk", "out", "seal")}
        counts = {"found": len(s["found"]), "misplaced": len(s["misplaced"]),
                  "missing": len(left["desk"]), "out": len(left["out"]),
                  "repeated": len(s["repeated"]), "sealed": len(left["seal"]),
                  "unknown": len(s["unknown"])}
        if self.odd():
            counts[self.r.choice(sorted(counts))] += 1
        missing = left["desk"][:-1] if self.odd() else left["desk"]
        by = self.keeper(s["desk"])
        return self.send("stocktake.finish/1", {
            "counts": counts, "missing": self.refs(missing), "stocktake": i},
            [by, self.one([h for h in self.people() if h != by])], by)

    def do_slip_issue(self):
        first = self.r.randint(1, 60)
        desk = self.desk()
        return self.send("slip.issue/1", {
            "desk": desk, "first": first, "last": first + self.one((0, 4, 9), (-1, 1000)),
            "series": self.one("ab")}, [self.keeper(desk, "supervisor")])

    def do_slip_close(self):
        series = self.one("ab")
        rows = self.st.slips.get(series) or {}
        numbers = [n for n, x in rows.items() if not x["closed"]]
        numbers = self.some(numbers, list(rows) + [70], 1, 3) or [70]
        desk = rows[numbers[0]]["desk"] if numbers[0] in rows and not self.odd() else self.desk()
        late = [i for i, a in self.st.acts.items() if "late" in a["flags"]]
        out = []
        for n in numbers:
            use = self.one(("blank", "used", "void")) if late or self.odd() else "blank"
            acts = self.some(late, list(self.st.acts), 1, 2) \
                if (use == "used") != self.odd() else []
            out.append({"acts": acts, "number": n, "use": use})
        return self.send("slip.close/1", {"desk": desk, "series": series, "slips": out},
                         [self.keeper(desk), self.who("supervisor")])
