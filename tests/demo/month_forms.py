"""The folder forms of the month, beside the key forms of the week.

Left in DIRECTORY/forms as PDF and XLSX; the destruction register (annex to the 过期文件处理登记表)
and the lending register as CSV too.
"""

import json
import os

from month_destroy import NUMBER
from month_folders import FLAT

MONTH = ["--from", "2026-12-01", "--to", "2027-01-01"]
OF = {"folder-papers": ["--folder", FLAT], "inventory": ["--folder", "6栋-2单元-901 业主档案"],
      "box": ["--box", "3栋-2单元 7-12层"], "consults": MONTH, "lendings": MONTH,
      "disposal": ["--number", NUMBER], "destruction": ["--number", NUMBER], "retention": [],
      "incidents": MONTH}
NAMED = ["folder-papers", "incidents", "handover"]  # printed with customers' names, for the record
AS_CSV = {"destruction", "lendings"}
ROWS = {"folder-papers": 8, "inventory": 4, "box": 24, "disposal": 40, "destruction": 40,
        "incidents": 2}


def run(stage):
    stage.scene("一月的档案表格", "the folder forms of the month")
    titles = {form["name"]: form["title"]
              for form in json.loads(stage.run(["report", "forms", "--json"]))}
    folder = stage.path("forms")
    os.makedirs(folder, exist_ok=True)
    told = []
    for name in sorted(OF):
        rows = json.loads(stage.run(["report", "form", name, "--json"] + OF[name]))
        if not rows or len(rows) != ROWS.get(name, len(rows)):
            raise AssertionError("the form %s has %d rows" % (name, len(rows)))
        for ending in ["pdf", "xlsx"] + (["csv"] if name in AS_CSV else []):
            path = os.path.join(folder, "%s.%s" % (name, ending))
            if name in NAMED and ending == "pdf":
                continue
            stage.run(["report", "form", name, "--out", path] + OF[name])
            if os.path.getsize(path) == 0:
                raise AssertionError("%s is empty" % path)
        told.append("%s (%d)" % (titles[name], len(rows)))
    for i in range(0, len(told), 3):
        stage.show(" · ".join(told[i:i + 3]))
    stage.say("%d 种表格,在 %s" % (len(OF), os.path.relpath(folder)),
              "%d forms, in %s" % (len(OF), os.path.relpath(folder)))
