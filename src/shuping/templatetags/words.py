"""Words for stages and acts on pages."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from shuping.cycles.models import Cycle

register = template.Library()

VERBS = {
    "found_organisation": _("founded an organisation"),
    "open_account": _("opened an account"),
    "reset_password": _("gave an account a new password"),
    "deactivate_account": _("closed an account"),
    "change_password": _("changed the own password"),
    "create_post": _("created a post"),
    "appoint": _("appointed somebody to a post"),
    "form_body": _("formed a body"),
    "seat_member": _("gave a member a seat"),
    "draft_cycle": _("started the draft of the year"),
    "take_over_year": _("took over units, roles and dates of the year before"),
    "assign_role": _("gave a role"),
    "import_tree": _("took in units, people, posts and bodies"),
    "call_heads": _("called the heads of all units to account"),
    "add_entry": _("called a unit to account"),
    "edit_entries": _("changed the list of those who report"),
    "set_calendar": _("set the calendar"),
    "set_roles": _("set who does what"),
    "assign_duty": _("set duties"),
    "approve_plan": _("approved the plan"),
    "amend_plan": _("changed the approved plan, with a reason"),
    "advance": _("opened the next stage"),
    "submit_report": _("handed in a report"),
    "answer_carried": _("answered a problem of last year"),
    "return_report": _("returned a report"),
    "accept_report": _("accepted a report"),
    "create_meeting": _("set up the meeting"),
    "open_meeting": _("opened the meeting"),
    "close_meeting": _("closed the meeting"),
    "confirm_comment": _("confirmed a comment"),
    "set_roster": _("set the list of those who attend"),
    "check_in": _("checked people in"),
    "call_reporter": _("called a reporter"),
    "call_back": _("took a call back"),
    "start_speech": _("started the clock"),
    "pause_speech": _("paused the clock"),
    "resume_speech": _("let the clock go on"),
    "end_speech": _("ended a report"),
    "finish_turn": _("finished a turn"),
    "write_comment": _("wrote a comment"),
    "ask": _("wrote down a question"),
    "undertake": _("wrote down an undertaking"),
    "write_speech": _("wrote the closing speech"),
    "mark_passage": _("marked a passage of the speech"),
    "write_minutes": _("wrote the minutes"),
    "lock_minutes": _("locked the minutes"),
    "open_ballot": _("opened the ballot"),
    "close_ballot": _("closed the ballot"),
    "prepare_ballot": _("prepared the ballot"),
    "start_ceremony": _("began the key ceremony"),
    "start_ceremony_over": _("started the key ceremony over"),
    "send_key_message": _("took a step of the key ceremony"),
    "finish_ceremony": _("finished the key ceremony"),
    "account_slips": _("accounted for the slips"),
    "set_trustees": _("took in the trustees' public keys"),
    "set_credentials": _("took in the public list of the slips"),
    "merge_categories": _("merged two categories of voters"),
    "check_again": _("had the ballots in the box checked again"),
    "tally": _("added the ballots up"),
    "add_share": _("decrypted a sum with the own key"),
    "add_opening_share": _("helped to open the opinions with the own key"),
    "remove_opinion": _("removed an opinion, with a reason"),
    "restore_opinion": _("took the removal of an opinion back"),
    "release_opinions": _("released the opinions"),
    "key_paper": _("keyed the paper ballots of a category"),
    "settle_paper": _("settled the totals of the paper ballots"),
    "void_ballot": _("declared the ballot void"),
    "import_marks": _("took marks in"),
    "compute_scores": _("computed the scores"),
    "decide_grade": _("decided a grade"),
    "close_decision": _("closed the decision"),
    "issue_letter": _("issued a letter"),
    "take_year_file": _("took all papers of the year in one file"),
    "receive_letter": _("confirmed to have received the letter"),
    "issue_item": _("issued a problem"),
    "plan_item": _("planned how to put a problem right"),
    "approve_item_plan": _("approved the plan for a problem"),
    "start_item": _("began to put a problem right"),
    "add_evidence": _("added evidence"),
    "declare_done": _("declared a problem put right"),
    "verify_item": _("looked whether a problem is put right"),
    "close_item": _("closed a problem"),
    "reopen_item": _("opened a problem again"),
    "extend_item": _("extended a date"),
    "recheck_item": _("checked a closed problem again"),
}


@register.filter
def act_words(act: Any) -> Any:
    """What an act was, in words; its plain name where no words are kept for it."""
    return VERBS.get(act.verb, act.verb.replace("_", " "))


@register.filter
def stages(cycle: Cycle) -> list[dict[str, Any]]:
    """The stages of a year as dictionaries with title and state (done, now, later)."""
    order = list(Cycle.Stage)
    here = order.index(Cycle.Stage(cycle.stage))
    states = ["done" if place < here else "now" if place == here else "later" for place in range(len(order))]
    return [{"title": stage.label, "state": state} for stage, state in zip(order, states, strict=True)]
