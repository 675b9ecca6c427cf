"""Tags: worn ones printed anew, one left hanging, blanks that are claimed by scanning."""

from stage import lend, back

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
STOCK = "fob-22x32"


def times(a, b):
    """A product in GF(32), x^5 + x^2 + 1."""
    product = 0
    for bit in range(5):
        product ^= a << bit if b >> bit & 1 else 0
    for bit in range(8, 4, -1):
        product ^= 0b100101 << (bit - 5) if product >> bit & 1 else 0
    return product


def scanned(week, item, generation):
    """What the scanner reads from a tag: its twenty characters (FORMATS.md 6)."""
    site = week.desk.read(["site", "show"])["site_code"]
    high = low = 0
    for symbol in item:
        carry = high ^ ALPHABET.index(symbol)
        high, low = low ^ times(carry, 6), times(carry, 8)
    return "C1%s%s%s%s%s" % (item[0], generation, item[1:], site, ALPHABET[high] + ALPHABET[low])


def printed(week, words, by, name, stock=STOCK):
    """One job: what it recorded is counted, its pages are left."""
    stage = week.stage
    job = week.desk.act(words + ["--stock", stock, "--out", stage.path(name)], by, show=False)
    for _ in job["acts"]:
        stage.count({"idx": 0}, [by])
    stage.show("%s: %d → %s" % (" ".join(words[:2]), job["labels"], name))
    return job


def tags(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("14:30")
    stage.scene("三十张磨损的标签重印;印歪了一次,再印一次:每次换代",
                "thirty worn tags are printed anew, the sheet went in askew: once more")
    rows = desk.read(["key", "list", "--desk", "front", "--class", "public", "--state", "in",
                      "--limit", "5000"])
    worn = sorted(row["item"] for row in rows if row["copy"] == 2)[:30]
    for _ in range(2):
        printed(week, ["label", "print"] + worn, "wang", "reprint.pdf")
    newest = {row["item"]: row["generation"]
              for row in desk.read(["key", "tags", "--limit", "100000"]) if row["item"] in worn}
    if len(newest) != 30 or set(newest.values()) & {"1"}:
        raise AssertionError("thirty tags of a later generation were wanted: %s" % newest)
    key = worn[0]
    old = scanned(week, key, ALPHABET[ALPHABET.index(newest[key]) - 1])
    new = scanned(week, key, newest[key])
    stage.scene("一张旧标签没换下:凭它借不出,归还照收并提示",
                "one old tag was left hanging: nothing goes out by it, it comes back all the same")
    due = stage.local("17:30")
    desk.refused(lend(old, "wu", due, "inspection", "日常工作", "--desk", "front",
                      "--accept", "last-spare=only_one"), "li", "superseded", "wu")
    desk.act(lend(new, "wu", due, "inspection", "日常工作", "--desk", "front",
                  "--accept", "last-spare=only_one"), "li", "wu")
    desk.act(back(old, "wu"), "li", "wu")
    desk.refused(["key", "chase", scanned(week, key, "Z"), "--channel", "phone", "--result",
                  "no_answer"], "li", "generation")

    stage.at("15:00")
    stage.scene("预印二十张空白标签;新配的门两把钥匙扫码即登记",
                "twenty blank tags; two new keys are registered by scanning one each")
    printed(week, ["label", "blanks", "--class", "K", "--count", "20"], "li", "blanks.pdf")
    blanks = [row["tag"] for row in desk.read(["label", "unclaimed"])]
    lock = [row["code"] for row in desk.read(["lock", "list", "--limit", "100000"])
            if row["label"].endswith("天台门")][0]
    copies = [row["copy"] for row in desk.read(["key", "sisters", worn[0]])] + [9]
    for number, tag in enumerate(blanks[:2]):
        desk.act(["key", "add", "天台门 备用%d" % (number + 1), "--desk", "front", "--lock", lock,
                  "--copy", max(copies) + number + 1, "--item", scanned(week, tag, "1")], "li",
                 "sun")
    left = desk.read(["label", "unclaimed"])
    if len(blanks) != 20 or len(left) != 18:
        raise AssertionError("eighteen blanks were to be left, there are %d" % len(left))
    estate.ids["claimed"] = blanks[0]
