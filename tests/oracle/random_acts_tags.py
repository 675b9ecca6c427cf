"""The acts of FORMATS.md section 18 for random_acts.Maker."""

from verify_tags import GENERATIONS

STOCKS = ("fob-22x32", "40x30", "glabels:Avery 5160")
PRINTERS = ("key_custodian", "engineering_custodian", "administrator", "centre_manager")


class TagActs:
    """do_<noun>_<verb> makes one act and gives its name."""

    def tagged(self, name):
        """One line of a tag.print, its label and its generation mostly the right ones."""
        if name in self.st.items:
            label = self.st.items[name]["label"]
        else:
            label = self.st.person_label(name) or "x"
        at = GENERATIONS.find(self.st.printed.get(name, " ")) + 1
        return {"generation": self.one(GENERATIONS[at:at + 1] or "1", "12Z0"), "item": name,
                "label": label if not self.odd() else "y"}

    def do_tag_print(self):
        live = [i for i, it in self.st.items.items() if it["holder"][0] != "retired"]
        people = list(self.st.tags) + list(self.st.parties)
        # Often of what was printed before: that is where generations are.
        good = self.r.choice((live, live, people, [i for i in live if i in self.st.printed]))
        names = self.some(good, list(self.st.items) + people
                          + list(self.st.blanks.values()) + ["K0000009Z", "H0000009Z"])
        return self.send("tag.print/1", {
            "items": [self.tagged(n) for n in names],
            "profile": self.one(("address", "blind"), ("full",)),
            "stock": self.one(STOCKS, ("",))}, [self.who(*PRINTERS)])

    def do_tag_blank(self):
        letter = self.one("KKR", "KRP")
        tags = sorted({self.new_item(letter) if self.r.random() < .2 else
                       letter + "".join(self.r.choice("GHJKMNPQ") for _ in range(8))
                       for _ in range(self.r.randint(1, 3))})
        return self.send("tag.blank/1", {
            "class": letter, "stock": self.one(STOCKS), "tags": [{"item": t} for t in tags]},
            [self.who(*PRINTERS)])
