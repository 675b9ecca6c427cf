"""Tags: FORMATS.md section 18.  A mixin of verify_desk.DeskActs."""

from verify_common import OFFICER, Skip

GENERATIONS = "123456789ABCDEFGHJKMNPQRSTVWXYZ"


class TagActs:
    """Printed generations of items, and blank tags until something claims them."""

    def start_tags(self):
        self.printed = {}         # item -> generation of its newest tag
        self.blanks = {}          # symbols -> the item that an unclaimed blank stands for

    def claim_symbols(self, item_id):
        """Symbols of an item that is being registered: new, or those of its own blank."""
        if self.blanks.get(item_id[1:]) == item_id:
            del self.blanks[item_id[1:]]
            self.printed[item_id] = GENERATIONS[0]
        else:
            self.new_symbols(item_id)

    def person_label(self, tag):
        """What a tag of class P bears: the handle it is bound to, or the party's id."""
        return tag if tag in self.parties else self.tags.get(tag)

    def do_tag_print(self, act):
        archive = act.name == "tag.print/2"
        self.one_signer(act, OFFICER | ({"archive_custodian"} if archive
                                        else self.custodians()), "seats")
        for ref in act.body["items"]:
            name = ref["item"]
            if not self.need(name[0] in ("BFS" if archive else "KRP"), "structure", "no tag is printed for %s" % name):
                raise Skip
            if archive:
                it = self.thing(ref) if name[0] == "F" else self.node(ref)
                if it is None:
                    continue
                self.need(it.get("state") != "destroyed", "state", "%s is destroyed" % name)
            elif name[0] == "P":
                label = self.person_label(name)
                if not self.need(label is not None, "object", "%s is nobody's tag" % name):
                    continue
                self.need(ref["label"] == label, "label", "%s is not labelled so" % name)
            else:
                it = self.item(ref)
                if it is None:
                    continue
                self.need(it["holder"][0] != "retired", "state", "%s is retired" % name)
            before = self.printed.get(name)
            after = GENERATIONS[GENERATIONS.index(before) + 1 if before else 0:][:1]
            self.need(after == ref["generation"], "generation",
                      "after generation %s of %s comes %s" % (before, name, after or "none"))
            self.printed[name] = ref["generation"]

    def do_tag_blank(self, act):
        self.one_signer(act, self.custodians() | OFFICER, "seats")
        for ref in act.body["tags"]:
            name = ref["item"]
            if not self.need(name[0] == act.body["class"], "structure",
                             "%s is of another class" % name):
                raise Skip
            if self.need(name[1:] not in self.symbols, "exists",
                         "the symbols of %s are taken" % name):
                self.symbols.add(name[1:])
                self.blanks[name[1:]] = name
