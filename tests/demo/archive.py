"""The paper archive of 翠湖花园 as its two lists have it, before the program knows it.

The owners' list is a tidy export: a row a paper, 1,728 homes and the eight former owners of
homes that were sold in 2019 and 2020. The tenants' list is the front desk's own sheet, typed by
several hands: addresses and dates as people write them, and some rows nobody can read.
Nothing is random, and every name is invented.
"""

import csv

HEAD = ["档号", "类别", "房号", "盒", "姓名", "资料名称", "原件/复印件", "原件存放", "份数",
        "页数", "起", "止", "备注"]
TENANT_HEAD = ["档号/标签", "类别", "栋-单元-房号", "盒", "姓名", "资料名称", "原件/复印件",
               "原件存放", "份数", "页数", "起", "止", "备注"]
HOMES = [(building, unit, floor, number) for building in range(1, 13) for unit in (1, 2)
         for floor in range(1, 19) for number in range(1, 5)]
TENANTS = 200
OLD_TENANTS = 32  # whose leases ended long ago: 租-001 … 租-032
FORMER = [(11, 1, floor, 1) for floor in range(2, 10)]
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "建国 丽华 志强 秀英 文博 晓梅 海燕 思远 桂兰 国庆".split(" ")

# kind as the list calls it, original or copy, with whom the original is, pages; every n-th
# folder lacks the paper (0: none does)
OWNER_PAPERS = [("身份证复印件", "复印件", "业主本人", 2, 0), ("入伙通知书", "原件", "", 2, 0),
                ("前期物业服务合同", "原件", "", 14, 0), ("业主情况登记表", "原件", "", 2, 0),
                ("临时管理规约", "原件", "", 8, 0), ("装修管理协议", "原件", "", 6, 4),
                ("消防安全责任书", "原件", "", 2, 9), ("房屋验收表", "原件", "", 4, 0)]
TENANT_PAPERS = [("租赁合同", "原件", "", 8, 0), ("承租人身份证复印件", "复印件", "承租人", 2, 0),
                 ("物业租赁代理协议及委托书", "原件", "", 5, 0),
                 ("前期费用结算清单", "原件", "", 3, 7), ("营业执照副本复印件", "复印件",
                                                          "承租人", 1, 5)]


def home_label(home):
    return "%d栋-%d单元-%d%02d" % home


def box_of(home):
    building, unit, floor, _ = home
    first = (floor - 1) // 6 * 6 + 1
    return "%d栋-%d单元 %d-%d层" % (building, unit, first, first + 5)


def boxes():
    """Shelf by shelf: a shelf a building, and one for tenants and former owners."""
    shelves = {}
    for home in HOMES:
        names = shelves.setdefault("%d栋 架" % home[0], [])
        if box_of(home) not in names:
            names.append(box_of(home))
    shelves["租户 架"] = ["租户 %d盒" % n for n in range(1, TENANTS // 20 + 1)] + ["前业主 1盒"]
    return shelves


def name_of(number):
    return FAMILY[number * 7 % len(FAMILY)] + GIVEN[number * 3 % len(GIVEN)]


def papers_of(kinds, number):
    return [paper[:4] for at, paper in enumerate(kinds)
            if paper[4] == 0 or (number + at) % paper[4] != 0]


def owner_rows():
    for number, home in enumerate(HOMES):
        since = "%d-%02d-%02d" % (2012 + number % 5, 1 + number % 12, 1 + number % 28)
        for kind, original, keeper, pages in papers_of(OWNER_PAPERS, number):
            yield ["", "业主档案", home_label(home), box_of(home), name_of(number), kind, original,
                   keeper, 1, pages, since, "", ""]
    for number, home in enumerate(FORMER):
        for kind, original, keeper, pages in papers_of(OWNER_PAPERS, number):
            yield [former_label(number), "业主档案", home_label(home), "前业主 1盒",
                   name_of(3000 + number), kind, original, keeper, 1, pages,
                   "2010-06-%02d" % (number + 1), "", ""]


def former_label(number):
    return "%s 前业主档案" % home_label(FORMER[number])


def tenant_label(number):
    return "租-%03d" % number


def lease_end(number):
    """Of an old tenant: eight leases a year ended, from 2018 to 2021."""
    return "%d-06-30" % (2018 + (number - 1) // 8)


def typed_address(home, number):
    """As several hands write one."""
    building, unit, floor, room = home
    if number % 3 == 0:
        return "%d#-%d-%d%02d" % home
    if number % 3 == 1 and building < 10:
        return "%s号楼%s单元%d%02d" % ("零一二三四五六七八九"[building], "零一二"[unit], floor, room)
    return home_label(home)


def typed_day(year, month, day, number):
    return ["%d-%02d-%02d", "%d/%d/%d", "%d年%d月%d日", "%d.%d.%d"][number % 4] % (year, month, day)


def tenant_rows():
    """The sheet with its title above and its sum below."""
    width = len(TENANT_HEAD)
    yield ["租户档案清单(前台手工登记)"] + [""] * (width - 1)
    yield TENANT_HEAD
    count = 0
    for number in range(1, TENANTS + 1):
        home = HOMES[number * 8 % len(HOMES)]
        year = 2016 if number <= OLD_TENANTS else 2023 + number % 3
        since = typed_day(year, 1 + number % 12, 1, number)
        ended = lease_end(number) if number <= OLD_TENANTS else ""
        for at, (kind, original, keeper, pages) in enumerate(papers_of(TENANT_PAPERS, number)):
            count += 1
            first = at == 0
            yield [tenant_label(number),
                   ("租户档案", "tenant")[number % 2] if first else "",
                   typed_address(home, number) if first else "",
                   "租户 %d盒" % ((number - 1) // 20 + 1) if first else "",
                   name_of(5000 + number) if first else "", kind, original, keeper,
                   ("1", "1份", "")[number % 3], "%d%s" % (pages, ("", "页")[number % 2]),
                   since if first else "", ended if first else "", ""]
    yield from bad_rows()
    yield ["合计", "", "", "", "", "%d 件" % count] + [""] * (width - 6)


def bad_rows():
    """Six rows that nobody can read: they go to the file of rejects."""
    yield ["租-201", "租户档案", "13栋-1单元-101", "租户 10盒", "", "租赁合同", "原件", "", "1", "8",
           "", "", "没有 13 栋"]
    yield ["租-202", "租户档案", "2栋-1单元-502", "租户 99盒", "", "租赁合同", "原件", "", "1", "8",
           "", "", "没有这个盒"]
    yield ["租-203", "租户档案", "2栋-1单元-503", "租户 10盒", "", "菜谱", "原件", "", "1", "2",
           "", "", ""]
    yield ["租-204", "租户档案", "2栋-1单元-504", "租户 10盒", "", "租赁合同", "原件", "", "1",
           "好几页", "", "", ""]
    yield ["租-205", "租户档案", "2栋-1单元-601", "租户 10盒", "", "租赁合同", "原件", "", "1", "8",
           "2026-02-30", "", ""]
    yield ["租-206", "商铺档案", "2栋-1单元-602", "租户 10盒", "", "租赁合同", "原件", "", "1", "8",
           "", "", ""]


def write(path, rows):
    """As a Chinese Excel saves it."""
    count = 0
    with open(path, "w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def write_owners(path):
    def rows():
        yield HEAD
        yield from owner_rows()
    return write(path, rows()) - 1


def write_tenants(path):
    return write(path, tenant_rows())
