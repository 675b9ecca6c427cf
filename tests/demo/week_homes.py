"""Owners and their homes: keys in custody, mass hand-over, a flat sold, copies."""

from stage import SPARE, back, lend

PIPE_HOME = "6栋-2单元-901"
SEALED_HOME = "7栋-1单元-502"
SOLD_HOME = "2栋-1单元-301"
NEW_HOMES = ["10栋-1单元-%d01" % floor for floor in range(2, 8)]


def bag(week, home):
    return week.estate.rings[home]


def key_in(week, home, kind, copy):
    """One key of a bag."""
    rows = week.desk.read(["ring", "show", bag(week, home)])
    return [row["item"] for row in rows
            if row["label"] == "%s %s" % (home, kind) and row["copy"] == copy][0]


def emergency_bags(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("14:00")
    stage.scene("两户的钥匙袋移交值班室封存,夜里应急用",
                "the bags of two homes go to the duty room under seal, for the night")
    estate.owner(desk, "方女士", PIPE_HOME, "pipe")
    for number, home in enumerate((PIPE_HOME, SEALED_HOME)):
        desk.act(["key", "move", bag(week, home), "--to", "duty", "--reason", "duty_change"], "li",
                 "hu")
        desk.act(["key", "seal", bag(week, home), "--desk", "duty", "--seal",
                  "FT-%04d" % (number + 1)], "hu")
    desk.refused(["key", "seal", estate.rings["7栋-1单元-501"], "--desk", "duty", "--seal",
                  "FT-0003"], "hu", "K15")


def takeover(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("09:30")
    stage.scene("建设单位移交 12 栋备用钥匙:按户、按种类清点,少一把",
                "the builder hands building 12 over: counted by home and kind; one short")
    builder = estate.party(desk, "翠湖置业", "developer", "builder")
    words = ["key", "takeover", "--scope", "12", "--letter", "JSDW-2026-12", "--from", builder,
             "--desk", "front"]
    for floor in range(1, 7):
        for home in (1, 2):
            place = "12栋-1单元-%d%02d" % (floor, home)
            found = 2 if (floor, home) == (3, 2) else 3
            words += ["%s:antitheft=3/%d" % (place, found), "%s:inner=3/3" % place]
    desk.act(words, "li", "sun")


def mass_hand_over(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("10:00")
    stage.scene("集中交付:六袋交唐玉兰,四户业主来领,两袋点回,缺一袋",
                "a mass hand-over: six bags go out in a tray, four owners come, one is missing")
    bags = [bag(week, home) for home in NEW_HOMES]
    desk.refused(["tray", "issue", estate.public[0], "--to", "tang"], "li", "K7", "tang")
    desk.act(["tray", "issue"] + bags + ["--to", "tang"], "li", "tang")
    owners = [estate.owner(desk, "业主%d" % (n + 1), home, "new-%d" % n)
              for n, home in enumerate(NEW_HOMES[:3])]
    give = ["--document", "id_card", "--document", "purchase_contract"]
    desk.refused(["key", "handover", bags[1], "--to", owners[0], "--place", NEW_HOMES[1], "--desk",
                  "front"] + give, "tang", "K7")
    for number, owner in enumerate(owners):
        desk.act(["key", "handover", bags[number], "--to", owner, "--place", NEW_HOMES[number],
                  "--desk", "front", "--receipt", "paper", "--slip", "JF-%04d" % (number + 1)] +
                 give, "tang", show=number == 0)
    agent = estate.party(desk, "代领人", "agent", "agent")
    desk.refused(["key", "handover", bags[3], "--to", agent, "--place", NEW_HOMES[3], "--desk",
                  "front"] + give, "tang", "K7")
    desk.act(["key", "handover", bags[3], "--to", agent, "--place", NEW_HOMES[3], "--desk", "front",
              "--letter", "DL-2026-08"] + give, "tang")
    stage.at("11:30")
    settle = ["tray", "settle", "--from", "tang", "--desk", "front"]
    desk.refused(settle + [bags[4]], "li", "K7", "tang")
    absent = [bags[5]] + [row["item"] for row in desk.read(["ring", "show", bags[5]])]
    desk.act(settle + [bags[4]] + [word for item in absent for word in ("--missing", item)], "li",
             "tang")
    stage.say("缺的一袋落在样板房,下午找到点回。", "it lay in the show flat; counted back at noon")
    stage.at("13:10")
    desk.act(settle + [bags[5]], "li", "tang")
    in_custody(week, owners[0])


def in_custody(week, owner):
    """An owner leaves one key with the office again, and fetches it later."""
    stage, desk, estate = week.stage, week.desk, week.estate
    home = NEW_HOMES[0]
    stage.scene("业主把一把钥匙交回托管,凭委托书;隔日领回",
                "an owner deposits one key, by a letter; later it is fetched")
    key = key_in(week, home, "防盗铁门", 3)
    estate.ids["deposit"] = owner
    letter = estate.authorise(desk, "deposit", home, "WT-2026-003")
    desk.refused(["key", "deposit", key, "--from", owner, "--authorisation",
                  estate.ids["authorise-other"]], "li", "K10a")
    desk.act(["key", "deposit", key, "--from", owner, "--authorisation", letter, "--slip",
              "TG-0001"], "li")
    stage.at("14:30")
    desk.act(lend(key, "zheng", "+2h", "repair", "报修 BX-55", "--approval", letter, *SPARE), "li",
             "zheng")
    desk.act(back(key, "zheng"), "li", "zheng")
    stage.at("16:00")
    desk.act(["key", "withdraw", key, "--to", owner, "--receipt", "paper", "--slip", "TG-0002"],
             "li")
    desk.act(["party", "end", letter, "--reason", "not_needed"], "ma")
    stage.say("业主电话同意,只此一次。", "an owner says yes by phone, for one time")
    other = bag(week, "5栋-1单元-803")
    desk.refused(["party", "consent", other, "--party", estate.ids["other"], "--to", "zheng",
                  "--purpose", "private", "--channel", "phone", "--end", "+6h"], "tang", "K3", "sun")
    consent = desk.act(["party", "consent", other, "--party", estate.ids["other"], "--to", "zheng",
                        "--purpose", "viewing", "--channel", "phone", "--end", "+6h"], "tang",
                       "sun")["act_id"]
    once = lend(other, "zheng", stage.local("17:30"), "viewing", "带客看房", "--approval", consent,
                *SPARE)
    desk.act(once, "li", "zheng")
    desk.act(back(other, "zheng"), "li", "zheng")
    desk.refused(once, "li", "approval", "zheng")


def flat_sold(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("14:00")
    stage.scene("二手房过户:在柜的留下,在借的收回,原业主手里的随房转给新业主,旧委托作废",
                "a flat is sold: what is here stays, what is lent is recalled, the rest passes on")
    seller = estate.owner(desk, "卖方", SOLD_HOME, "seller")
    letter = estate.authorise(desk, "seller", SOLD_HOME, "WT-2026-004")
    home_key = key_in(week, SOLD_HOME, "防盗铁门", 1)
    lent = key_in(week, SOLD_HOME, "室内门", 2)
    desk.act(["key", "handover", home_key, "--to", seller, "--place", SOLD_HOME, "--document",
              "id_card"], "li", show=False)
    desk.act(lend(lent, "zheng", "+2h", "repair", "报修 BX-61", "--approval", letter), "li",
             "zheng", show=False)
    buyer = estate.owner(desk, "买方", SOLD_HOME, "buyer")
    words = ["unit", "transfer", SOLD_HOME, "--from", seller, "--reason", "replaced"]
    desk.refused(words, "feng", "K10a", "li")
    desk.act(words + ["--to", buyer], "feng", "li")
    stage.at("14:30")
    desk.act(back(lent, "zheng"), "li", "zheng")
    desk.refused(lend(lent, "zheng", "+2h", "repair", "报修 BX-61", "--approval", letter), "li",
                 "approval", "zheng")


def copies(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("11:00")
    stage.scene("增配钥匙:先申请批准,配几把登几把,余下的交回;业主的钥匙另须业主书面同意",
                "copies: approved, cut, registered, the rest given up; a home's want its owner")
    lift = estate.rooms[("12栋-电梯机房", 2)]
    request = desk.act(["request", "open", lift, "--for", "key.copy", "--purpose", "repair", "--end",
                        "+1d"], "zhao")["act_id"]
    desk.refused(["request", "approve", request, "--count", 3], "sun", "seats")
    approval = desk.act(["request", "approve", request, "--count", 3], "he")["act_id"]
    desk.act(["key", "copy", lift, "--approval", approval, "--count", 2], "zhao")
    desk.act(["copy", "close", approval, "--reason", "not_needed"], "zhao")
    desk.refused(["key", "copy", lift, "--approval", approval], "zhao", "approval")
    home = key_in(week, "5栋-1单元-803", "信报箱", 1)
    request = desk.act(["request", "open", home, "--for", "key.copy", "--purpose", "repair", "--end",
                        "+1d"], "tang")["act_id"]
    approval = desk.act(["request", "approve", request], "sun")["act_id"]
    desk.refused(["key", "copy", home, "--approval", approval], "li", "K9")
    desk.act(["copy", "close", approval, "--reason", "not_justified"], "li", show=False)
    stage.at("11:40")
    stage.scene("新仓库:登记位置、锁、钥匙", "a new store room: place, lock and keys are registered")
    desk.act(["place", "add", "0-CF", "--kind", "room", "--label", "翠湖花园-设备仓库", "--parent",
              "0"], "zhao", "sun")
    desk.act(["lock", "add", "0-CF-M", "--kind", "storeroom", "--label", "翠湖花园-设备仓库 门",
              "--place", "0-CF"], "zhao", "sun")
    for copy in (1, 2, 3):
        desk.act(["key", "add", "翠湖花园-设备仓库", "--copy", copy, "--desk", "eng", "--lock",
                  "0-CF-M"], "zhao", "sun", show=copy == 1)
