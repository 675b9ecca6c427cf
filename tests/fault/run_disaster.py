#!/usr/bin/env python3
"""Restored databases, a lost signer-state, two machines with one backup, a successor ledger.

Each is refused with the sentence that says what to do, and the way out works.
"""

import json
import os
import shutil
import sys

from office import EXIT_NOT_FOUND, EXIT_REFUSED, EXIT_TAMPERED, Report, Work, wants

DATABASE = ("ledger.db", "ledger.db-wal", "ledger.db-shm")


def take(office):
    """The ledger's files as they are now."""
    kept = {}
    for name in DATABASE:
        path = os.path.join(office.site, name)
        if os.path.exists(path):
            with open(path, "rb") as file:
                kept[name] = file.read()
    return kept


def put_back(office, kept):
    for name in DATABASE:
        path = os.path.join(office.site, name)
        if os.path.exists(path):
            os.remove(path)
    for name, data in kept.items():
        with open(os.path.join(office.site, name), "wb") as file:
            file.write(data)


def add(office, *names):
    for name in names:
        result = office.add_party(name)
        if result.code != 0:
            raise AssertionError("adding a party: %s" % result)


def note(office, name="note"):
    path = os.path.join(office.path, name)
    office.must("ledger", "checkpoint", "--out", path)
    return path


def restored(report, work):
    """More acts, a checkpoint signed over them, then the older ledger.db comes back."""
    office = work.fresh()
    kept = take(office)
    add(office, "赵一", "赵二")
    export = os.path.join(office.path, "export")
    office.must("ledger", "export", export)
    size = office.size()
    put_back(office, kept)
    before = office.size()
    refused = office.add_party("赵三")
    report.check("a_restored_older_ledger_refuses_the_next_act",
                 wants(refused, EXIT_TAMPERED, "signer-state", "export"))
    report.check("a_restored_older_ledger_refuses_a_checkpoint",
                 wants(office.run("ledger", "checkpoint"), EXIT_TAMPERED, "signer-state"))
    report.check("a_refused_act_leaves_the_restored_ledger_as_it_was",
                 "" if office.size() == before else "%d entries" % office.size())
    shown = office.run("key", "list", "--limit", "1")
    report.check("a_restored_older_ledger_can_still_be_read", wants(shown, 0))
    code, found = office.verify("--known", os.path.join(export, "checkpoint"))
    report.check("a_restored_older_ledger_fails_against_the_newer_checkpoint",
                 "" if code != 0 and found["ledger"] != "verified" else "exit %d" % code)
    again = office.run("site", "reappend", export)
    report.check("reappend_from_an_export_works", wants(again, 0))
    report.check("reappend_brings_every_lost_entry_back",
                 "" if office.size() == size else "%d of %d" % (office.size(), size))
    report.check("after_reappend_the_texts_of_the_lost_entries_are_readable",
                 "" if sorted(office.parties()) == sorted(["刘一", "赵一", "赵二"]) else
                 str(office.parties()))
    report.check("after_reappend_everything_verifies", office.trouble())
    report.check("after_reappend_the_next_act_is_taken", wants(office.add_party("赵三"), 0))
    report.check("reappend_of_an_export_with_nothing_new_says_so",
                 wants(office.run("site", "reappend", export), EXIT_NOT_FOUND, "nothing to"))
    report.check("after_all_that_everything_verifies", office.trouble())
    work.drop(office)


def restored_without_checkpoint(report, work):
    """No checkpoint was signed over the lost acts: only the credential has seen them."""
    office = work.fresh()
    kept = take(office)
    add(office, "赵一", "赵二")
    export = os.path.join(work.path, "other")
    state = os.path.join(office.site, "signer-state")
    with open(state, "rb") as file:
        seen = file.read()
    office.must("ledger", "export", export)
    put_back(office, kept)
    with open(state, "wb") as file:
        file.write(seen)  # as if nothing had been signed since
    before = office.size()
    refused = office.add_party("赵三")
    report.check("a_credential_that_saw_more_refuses_a_cut_ledger",
                 wants(refused, EXIT_REFUSED, r"\(seen\)", "reappend"))
    report.check("nothing_is_appended_to_a_cut_ledger",
                 "" if office.size() == before else "%d entries" % office.size())
    other = office.run("party", "add", "--name", "-", "--relation", "visitor", "--as", "chen",
                       "--yes", text="钱一\n")
    if other.code == 0:
        # who has not seen the lost acts cannot know; the fork shows at once
        forked = office.run("site", "reappend", export)
        report.check("reappend_refuses_where_history_forked", wants(forked, (3, 4)))
        code, _ = office.verify("--known", os.path.join(export, "checkpoint"))
        report.check("a_forked_ledger_fails_against_the_other_checkpoint",
                     "" if code == EXIT_TAMPERED else "exit %d" % code)
    else:
        report.check("a_second_clerk_is_refused_on_a_cut_ledger", wants(other, (3, 4)))
    work.drop(office)
    shutil.rmtree(export, ignore_errors=True)


def lost_state(report, work):
    office = work.fresh()
    head = note(office)
    add(office, "赵一")
    before = office.size()
    os.remove(os.path.join(office.site, "signer-state"))
    report.check("a_missing_signer_state_refuses_the_next_act",
                 wants(office.add_party("赵二"), EXIT_REFUSED, "signer-state", "two officers"))
    report.check("a_missing_signer_state_refuses_a_checkpoint",
                 wants(office.run("ledger", "checkpoint"), EXIT_REFUSED, "signer-state"))
    one = office.run("site", "confirm-head", head, "--as", "admin", "--yes")
    report.check("one_officer_cannot_confirm_a_head", wants(one, (2, 4), "two|second"))
    twice = office.run("site", "confirm-head", head, "--as", "admin", "--with", "admin", "--yes")
    report.check("one_officer_twice_cannot_confirm_a_head", wants(twice, (2, 4)))
    clerk = office.run("site", "confirm-head", head, "--as", "admin", "--with", "li", "--yes")
    report.check("a_clerk_is_no_second_officer", wants(clerk, EXIT_REFUSED, "officers"))
    fork = work.fresh()
    add(fork, "孙一", "孙二")
    other = note(fork, "fork")
    ahead = office.run("site", "confirm-head", other, "--as", "admin", "--with", "mgr", "--yes")
    report.check("a_head_ahead_of_the_ledger_is_refused",
                 wants(ahead, EXIT_TAMPERED, "reappend"))
    work.drop(fork)
    fork = work.fresh()
    add(fork, "孙一")
    other = note(fork, "fork")
    forked = office.run("site", "confirm-head", other, "--as", "admin", "--with", "mgr",
                        "--yes")
    report.check("a_head_of_another_history_is_refused",
                 wants(forked, EXIT_TAMPERED, "another history"))
    work.drop(fork)
    junk = os.path.join(office.path, "junk")
    with open(junk, "w", encoding="ascii") as file:
        file.write("not a checkpoint\n")
    report.check("a_head_that_is_none_is_refused",
                 wants(office.run("site", "confirm-head", junk, "--as", "admin", "--with",
                                  "mgr", "--yes"), (1, 3)))
    gone = not os.path.exists(os.path.join(office.site, "signer-state"))
    report.check("refused_confirmations_write_no_signer_state", "" if gone else "it is there")
    good = office.run("site", "confirm-head", head, "--as", "admin", "--with", "mgr", "--yes")
    report.check("two_officers_confirm_a_head_from_outside", wants(good, 0))
    report.check("a_confirmed_head_changes_no_entry",
                 "" if office.size() == before else "%d entries" % office.size())
    report.check("after_confirmation_the_next_act_is_taken",
                 wants(office.add_party("赵二"), 0))
    report.check("after_confirmation_everything_verifies", office.trouble())
    work.drop(office)


def damaged_state(report, work):
    office = work.fresh()
    state = os.path.join(office.site, "signer-state")
    with open(state, encoding="ascii") as file:
        good = json.load(file)
    cases = {"empty": "", "no_json": "hello", "cut": json.dumps(good)[:40],
             "another_root": json.dumps(dict(good, root="0" * 64), separators=(",", ":"),
                                        sort_keys=True),
             "another_ledger": json.dumps(dict(good, ledger="0" * 64), separators=(",", ":"),
                                          sort_keys=True)}
    for name, text in cases.items():
        with open(state, "w", encoding="ascii") as file:
            file.write(text)
        report.check("a_signer_state_with_%s_refuses_the_next_act" % name,
                     wants(office.add_party("赵一"), EXIT_TAMPERED, "signer-state|signed last"))
    work.drop(office)


def two_machines(report, work):
    office = work.fresh()
    backup = os.path.join(office.path, "backup")
    office.must("site", "backup", backup)
    report.check("a_backup_leaves_signer_state_out",
                 "it is there" if os.path.exists(os.path.join(backup, "signer-state")) else "")
    code, found = office.verify(site=backup)
    report.check("a_backup_verifies_with_its_texts",
                 "" if code == 0 and found["openings"] == "verified" else "exit %d" % code)
    add(office, "赵一")
    report.check("a_second_machine_on_the_backup_is_refused",
                 wants(office.add_party("钱一", site=backup), EXIT_REFUSED, "signer-state"))
    head = note(office)
    both = office.run("site", "confirm-head", head, "--as", "admin", "--with", "mgr", "--yes",
                      site=backup)
    report.check("the_backup_is_not_confirmed_by_a_head_ahead_of_it",
                 wants(both, EXIT_TAMPERED, "reappend"))
    report.check("a_second_backup_into_one_directory_is_refused",
                 wants(office.run("site", "backup", backup), EXIT_REFUSED))
    report.check("the_first_machine_goes_on", wants(office.add_party("赵二"), 0))
    report.check("the_first_machine_verifies", office.trouble())
    work.drop(office)


def successor(report, work):
    """The tail is lost for good: no export has it. Officers found a successor."""
    office = work.fresh()
    kept = take(office)
    left = office.size()
    add(office, "赵一", "赵二")
    known = note(office)
    lost_size = office.size()
    put_back(office, kept)
    new = os.path.join(office.path, "second")
    words = ["site", "succeed", office.site, new, "--origin", "cuihu.example/custody2",
             "--reason", "restored", "--known", known, "--yes"]
    one = office.run(*words, "--as", "admin")
    report.check("one_officer_cannot_found_a_successor", wants(one, EXIT_REFUSED, "seats"))
    # the same line with both goes on where the refused one stopped
    made = office.run(*words, "--as", "admin", "--with", "mgr")
    report.check("two_officers_found_a_successor", wants(made, 0))
    code, found = office.verify(site=new)
    report.check("a_successor_verifies_and_names_its_predecessor",
                 "" if code == 0 and found["predecessors"] == 1 else "%d, %s" % (code, found))
    report.check("a_successor_takes_acts_of_the_same_people",
                 wants(office.add_party("后来", site=new), 0))
    keys = office.run("key", "list", "--limit", "100", "--json", site=new)
    old_keys = office.must("key", "list", "--limit", "100", "--json").json()
    report.check("a_successor_keeps_the_items_and_their_tags",
                 "" if keys.code == 0 and [k["item"] for k in keys.json()] ==
                 [k["item"] for k in old_keys] else str(keys))
    code, found = office.verify("--known", known, site=new)
    text = json.dumps(found, ensure_ascii=False)
    report.check("a_head_beyond_the_fork_is_reported_as_lost_and_never_verified",
                 "" if code != 0 and '"lost"' in text and str(lost_size - 1) in text
                 else "exit %d, %s" % (code, text[:600]))
    report.check("the_lost_entries_are_named_from_the_fork_on",
                 "" if str(left) in text else text[:600])
    export = os.path.join(office.path, "export")
    report.check("a_successor_can_be_exported",
                 wants(office.run("ledger", "export", export, site=new), 0))
    code, found = office.verify(site=export)
    report.check("the_export_of_a_successor_verifies_with_its_predecessor",
                 "" if code == 0 and found["predecessors"] == 1 else "%d, %s" % (code, found))
    trust = os.path.join(office.path, "trust")
    office.must("ledger", "trust", trust, site=new)
    code, found = office.verify("--trust", trust, site=export)
    report.check("the_successors_trust_file_pins_its_export",
                 "" if code == 0 and found["pinned"] else "%d, %s" % (code, found))
    work.drop(office)


def main():
    report = Report()
    work = Work("disaster")
    try:
        for part in (restored, restored_without_checkpoint, lost_state, damaged_state,
                     two_machines, successor):
            try:
                part(report, work)
            except (AssertionError, OSError, ValueError, KeyError) as problem:
                report.check(part.__name__, "%s: %s" % (type(problem).__name__, problem))
    finally:
        work.close()
    report.end()


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
