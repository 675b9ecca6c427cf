"""The key forms of the demonstration's week, as the office would print and file them.

Left in DIRECTORY/forms: each form of the regulation as PDF and XLSX, the loans as CSV too. The
registers of what there is, not of what happened, are those of one building and of one desk.
"""

import json
import os

import month_forms

FROM, TO = "2026-11-20", "2026-11-29"
WEEK = ["--from", FROM, "--to", TO]
OWN = {"register": ["--place", "3"], "custody": ["--desk", "eng"], "opening": []}
EMPTY_IS_FINE = {"custodians"}


def run(stage):
    stage.scene("一周的钥匙表格", "the key forms of the week")
    folder = stage.path("forms")
    os.makedirs(folder, exist_ok=True)
    forms = [form for form in json.loads(stage.run(["report", "forms", "--json"]))
             if form["name"] not in month_forms.OF]
    told = []
    for form in forms:
        name = form["name"]
        of = OWN.get(name, WEEK)
        rows = json.loads(stage.run(["report", "form", name, "--json"] + of))
        if not rows and name not in EMPTY_IS_FINE:
            raise AssertionError("the form %s of the week is empty" % name)
        for ending in ["pdf", "xlsx"] + (["csv"] if name == "loans" else []):
            path = os.path.join(folder, "%s.%s" % (name, ending))
            if name in month_forms.NAMED and ending == "pdf":
                continue
            stage.run(["report", "form", name, "--out", path] + of)
            if os.path.getsize(path) == 0:
                raise AssertionError("%s is empty" % path)
        told.append("%s %s (%d)" % (form["rule"], form["title"], len(rows)))
    for i in range(0, len(told), 3):
        stage.show(" · ".join(told[i:i + 3]))
    stage.say("%d 种表格,在 %s" % (len(forms), os.path.relpath(folder)),
              "%d forms, in %s" % (len(forms), os.path.relpath(folder)))
