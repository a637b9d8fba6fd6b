"""Everything the command line can do has a place in the window, or a reason why it has none."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Iterator

import pytest

from msat.cli.parser import make_parser

PLACES = {
    "sources list": "views.sources_page:SourcesPage.show_sources",
    "sources": "views.sources_page:SourcesPage",
    "sources set": "views.source_card:SourceCard",
    "sources add": "views.sources_page:NewSourceForm",
    "sources test": "views.source_card:SourceCard",
    "sources remove": "source_deeds:remove",
    "sources export": "views.sources_page:SourcesPage._share",
    "sources import": "views.sources_page:SourcesPage._take",
    "sources enable": "source_deeds:enable",
    "sources disable": "source_deeds:enable",
    "refresh": "checking:Checker.start",
    "add": "views.add_page:AddPage",
    "list": "views.list_pane:ListPane",
    "show": "views.alert_sheet:AlertSheet",
    "check": "views.batch_page:BatchPage",
    "mark": "own_lists:OwnLists",
    "medicines list": "views.medicines_page:MedicinesPage",
    "medicines add": "views.medicines_page:MedicinesPage.save",
    "medicines remove": "views.medicines_page:MedicinesPage.remove",
    "dmd import": "views.upkeep_card:UpkeepCard.bring",
    "gaps": "views.gaps_card:GapsCard",
    "gaps explain": "views.gaps_card:GapsCard",
    "acknowledge": "deeds:acknowledge",
    "applies": "deeds:applies",
    "answer": "deeds:answer",
    "place": "deeds:check_places",
    "nil": "deeds:check_places",
    "count": "views.counting_cards:FunnelCard",
    "sign-off": "deeds:sign_off",
    "override": "deeds:override",
    "reopen": "deeds:reopen",
    "correct": "deeds:correct",
    "export certificate": "saving:save_certificate",
    "export log": "views.inspector_card:InspectorCard.show_log",
    "export inspector": "views.inspector_card:InspectorCard.write",
    "export pack": "views.pack_panel:PackPanel",
    "packs": "views.packs_card:PacksCard",
    "verify": "views.records_page:RecordsPage.check_all",
    "rebuild": "views.upkeep_card:UpkeepCard.rebuild",
    "key show": "views.key_card:KeyCard",
    "key where": "views.key_card:KeyCard",
    "key move": "views.key_card:KeyCard",
    "key rotate": "views.key_card:KeyCard",
    "key recover": "views.key_card:KeyCard",
    "log": "views.log_card:LogCard",
    "log show": "views.log_card:LogCard",
    "log fetch": "views.log_card:LogCard",
    "log supersede": "views.log_card:LogCard",
    "log moved": "views.log_card:LogCard",
    "backup": "views.safe_card:SafeCard.back_up",
    "restore": "views.restore_card:RestoreCard.agree",
    "person export": "views.person_card:PersonCard",
    "person erase": "views.person_card:PersonCard",
    "retention": "views.retention_card:RetentionCard",
    "retention hold": "views.retention_card:HoldPanel",
    "retention release": "views.retention_card:ReleasePanel",
    "rules list": "views.tailoring_page:TailoringPage",
    "rules show": "views.tailoring_page:TailoringPage",
    "rules test": "views.upkeep_card:UpkeepCard.run_cases",
    "rules check": "views.tailoring_trial:TrialTab",
    "rules rerun": "views.upkeep_card:UpkeepCard.decide_again",
    "rules dry-run": "views.tailoring_trial:TrialTab",
    "rules adopt": "views.tailoring_page:TailoringPage",
    "rules adopted": "views.tailoring_page:TailoringPage",
    "rules withdraw": "views.tailoring_page:TailoringPage",
    "rules apply": "views.tailoring_open_alerts:OpenAlertsCard",
    "rules export": "pack_deeds:export",
    "rules import": "pack_deeds:take",
    "rules compare": "pack_deeds:compare",
    "letter": "views.letters_card:LettersCard.show_text",
    "settings list": "views.settings_page:SettingsPage",
    "settings get": "views.settings_page:SettingsPage",
    "settings set": "views.settings_page:SettingsPage",
    "network check": "views.network_part:NetworkPart.check",
    "holidays list": "views.days_card:DaysCard",
    "holidays add": "views.days_card:DaysCard",
    "holidays remove": "views.days_card:DaysCard",
    "practices import": "views.practices_page:PracticesPage",
    "practices areas": "views.practices_page:PracticesPage",
    "practices choose": "views.practices_page:PracticesPage",
    "practices list": "views.practices_page:PracticesPage",
    "practices show": "views.practices_page:PracticesPage",
    "digest": "views.reading_card:ReadingCard.show_digest",
    "reminders": "notifying:Notifier",
    "kpis": "views.oversight_parts:Indicators",
    "recheck": "views.recheck_card:RecheckCard",
    "review": "views.review_page:ReviewPage",
    "review list": "views.review_page:ReviewPage",
    "review decide": "views.judge_card:JudgeCard",
    "plan agree": "views.committee_panels:PlanPanel",
    "plan list": "views.committee_card:CommitteeCard",
    "plan export": "views.committee_card:CommitteeCard",
    "plan import": "going:Drops.take",
    "decision-support": "views.committee_panels:SupportPanel",
    "discussed": "views.committee_panels:MeetingPanel",
    "decisions": "views.decisions_card:DecisionsCard",
    "decisions list": "views.decisions_card:DecisionsCard",
    "decisions done": "views.meeting_panels:DonePanel",
    "meetings": "views.meeting_panels:MinutesPanel",
    "meetings list": "views.meeting_panels:MinutesPanel",
    "meetings record": "views.meeting_panels:MinutesPanel",
    "export minutes": "views.meeting_panels:MinutesPanel.save_to",
    "assign": "views.work_panels:AssignPanel",
    "away": "views.people_page:PeoplePage",
    "defer": "views.work_panels:DeferPanel",
    "resume": "views.work_panels:ResumePanel",
    "evidence": "views.evidence_card:EvidenceCard",
    "bulk acknowledge": "views.bulk_bar:BulkBar",
    "bulk not-applicable": "views.bulk_bar:BulkBar",
    "return export": "views.exchange_card:ExchangeCard.send",
    "return show": "views.reading_card:ReadingCard.show_return",
    "return import": "views.exchange_card:ExchangeCard.take_in",
    "return status": "views.exchange_card:ExchangeCard",
    "return receipt": "views.receipts_card:ReceiptsCard.write_receipts",
    "return register": "views.receipts_card:ReceiptsCard.write_register",
    "enrol show": "views.sites_card:SitesCard",
    "enrol mine": "views.sites_card:SitesCard",
    "enrol accept": "views.enrol_panels:ComparePanel",
    "enrol list": "views.sites_card:SitesCard",
    "enrol remove": "views.enrol_panels:RemovePanel",
    "enrol forget": "views.enrol_panels:ForgetPanel",
    "folder sync": "views.exchange_card:ExchangeCard.sync",
    "newsletter new": "views.newsletter_page:NewsletterPage",
    "newsletter add": "views.newsletter_picks:PicksPane",
    "newsletter remove": "views.newsletter_items:ItemsPane",
    "newsletter move": "views.newsletter_items:ItemsPane",
    "newsletter edit": "views.newsletter_text:FieldEditor",
    "newsletter drop": "views.newsletter_issues:IssuesPane",
    "newsletter list": "views.newsletter_issues:IssuesPane",
    "newsletter show": "views.newsletter_page:NewsletterPage",
    "newsletter check": "views.newsletter_page:NewsletterPage",
    "newsletter waiting": "views.newsletter_picks:PicksPane",
    "newsletter render": "views.newsletter_preview:PreviewPane",
    "newsletter send": "views.newsletter_panels:SentPanel",
    "newsletter answer": "views.newsletter_offer:NewsletterOffer",
    "newsletter take-back": "views.newsletter_panels:TakeBackPanel",
    "newsletter templates copy": "newsletter_deeds:make_own_style",
    "newsletter templates check": "newsletter_deeds:templates",
    "outliers": "views.outliers_card:OutliersCard.read",
    "outliers preview": "views.outlier_panels:PreviewPanel",
    "outliers letter": "views.outlier_panels:LetterPanel",
    "outliers reply": "views.outlier_panels:ReplyPanel",
    "outliers texts": "views.outliers_card:OutliersCard.copy_texts",
}
"""Command: module and name in `msat.gui` where a person does the same."""

NOT_IN_THE_WINDOW = {
    "init": "the first-run page makes a profile",
    "demo": "the first-run page opens the sample; the command writes its files",
    "version": "About says it",
    "rules edit-path": "the path of a text file for an editor; the window edits the rules itself",
    "database init": "administration of a database server",
    "database grant": "administration of a database server",
    "database revoke": "administration of a database server",
    "database migrate": "administration of a database server",
    "database check": "administration of a database server",
}


def leaves(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command that does something."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for group in groups:
        for name, inner in {id(one): (name, one) for name, one in reversed(group.choices.items())}.values():
            yield from leaves(inner, (*path, name))
    if path and (not groups or not groups[0].required):
        yield " ".join(path)


def test_every_command_has_a_place_in_the_window_or_a_reason() -> None:
    known = set(leaves(make_parser()))
    assert known - set(PLACES) - set(NOT_IN_THE_WINDOW) == set()
    assert (set(PLACES) | set(NOT_IN_THE_WINDOW)) - known == set()


@pytest.mark.parametrize("command", sorted(PLACES))
def test_the_place_is_there(command: str) -> None:
    module, _colon, name = PLACES[command].partition(":")
    found = importlib.import_module(f"msat.gui.{module}")
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found)
