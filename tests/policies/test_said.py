"""The dimensions in which payers differ, and for each a shipped policy that says it.

Owns: the table of dimensions. The pattern is looked for in the statements as they stand in the files, laid out by the formatter, without
comments, examples and inert statements; so a row holds only where a payer's rule is said, not where it is mentioned.
"""

import re

import pytest

import policy
from policy.program import entries

SPEAKING = ("codes", "value", "count", "pair", "limit", "require", "rule", "not modelled", "pay", "pairs", "evidence")

MATRIX = {
    "a rule with its first day": ("commercial.anthem", r"^limit .*?in force +from \d{4}"),
    "a rule with its last day": ("workers_comp.montana", r"^\w+ .*?in force +(?:from \S+ )?until \d{4}"),
    "judged by the date of receipt": ("medicare.part_b", r"by receipt date"),
    "judged by the date of injury": ("workers_comp.ohio_bwc", r"by injury date"),
    "authorization from a number of visits on": ("workers_comp.nevada", r"^rule .*?visit\.number > \d+.*?authorize"),
    "authorization above a counted limit": ("medicaid.georgia", r"^limit .*?on excess +need authorization"),
    "visits or days, whichever comes first": ("workers_comp.ohio_bwc", r"at most +\d+ visits or \d+ days after"),
    "authorization after so many days": (
        "workers_comp.louisiana",
        r"days from episode\.start to visit\.date > \d+ days.*?authorize",
    ),
    "units a day": ("workers_comp.tennessee", r"at most +4 units\n.*?day\n"),
    "units a visit": ("workers_comp.montana", r"at most +8 units\n.*?visit\n"),
    "one visit a day": ("workers_comp.mississippi", r"at most +1 visit\n +per +patient(?:, discipline)? and day"),
    "different codes at a visit": ("workers_comp.mississippi", r"at most +4 codes"),
    "per patient": ("workers_comp.mississippi", r"per +patient and (?:day|visit)"),
    "per patient and discipline": ("workers_comp.tennessee", r"per +patient, discipline and"),
    "per patient and performing provider": ("commercial.bcbs_north_dakota", r"per +patient, provider and day"),
    "per provider and discipline": ("commercial.anthem", r"per +patient, provider, discipline and day"),
    "per region": ("workers_comp.mississippi", r"per +patient, region and"),
    "professions pooled": (
        "workers_comp.ohio_bwc",
        r"^limit .*?applies to  physical_medicine.*?per +patient and injury",
    ),
    "the plan of care and its age": ("medicare.part_b", r"days from plan_of_care\.\w+ to visit\.date > \d+ days"),
    "the age of an order": ("medicaid.massachusetts", r"days from order\.date to visit\.date"),
    "who gave it": ("workers_comp.michigan", r"line\.furnished_by is"),
    "a profession": ("workers_comp.texas", r"line\.profession is"),
    "a limit with codes of its own": ("workers_comp.tennessee", r"^limit .*?except +97750"),
    "place of service": ("commercial.cigna", r"(?:visit|line)\.place is"),
    "setting": ("workers_comp.montana", r"visit\.setting is"),
    "revenue code": ("commercial.bcbs_north_dakota", r"line\.revenue_code is"),
    "a calendar year": ("medicaid.north_carolina", r"and calendar year"),
    "a benefit year": ("medicaid.ohio", r"and benefit year"),
    "a fiscal year": ("medicaid.arkansas", r"and fiscal year from"),
    "age": ("medicaid.north_carolina", r"patient\.age [<>]"),
    "a limit that authorization lifts": ("medicaid.arkansas", r"^limit .*?unless +authorization\.number is given"),
    "the day's total time": ("medicare.part_b", r"by +total time"),
    "each code by its midpoint": ("commercial.cpt_midpoint", r"by +each code.*?a unit +at 8 minutes of 15"),
    "full units only": ("medicaid.michigan_encounters", r"a unit +at 15 minutes of 15"),
    "any started unit": ("medicaid.michigan_encounters", r"a unit +at 1 minute of 15"),
    "units in parts": ("medicaid.texas_shars", r"decimal units of"),
    "two methods, the smaller answer": ("commercial.anthem", r"whichever allows fewer"),
    "one unit a visit": ("commercial.bcbs_massachusetts", r"by +flat 1 unit"),
    "an assistant's modifier": ("federal.tricare", r"modifier CQ|one of modifier CQ or CO"),
    "an assistant's modifier of the payer's own": ("workers_comp.mississippi", r"modifier M3"),
    "a code never paid": ("workers_comp.tennessee", r"line\.code is 97010.*?deny|applies to  not_covered"),
    "visits of an injury": ("workers_comp.ohio_bwc", r"and injury"),
    "the purpose of therapy": ("medicaid.north_carolina", r"therapy\.purpose"),
    "a state or product": ("commercial.anthem", r"when +.*?\.state\b"),
    "a pair of the payer's own": ("commercial.anthem", r"^pair .*?97530"),
    "a pair that 59 does not release": ("commercial.anthem", r"^pair (?:(?!unless).)*?cite"),
    "an interval between reports": ("workers_comp.michigan", r"progress_report\.(?:date|visits_since)"),
    "one discipline modifier": ("medicare.part_b", r"exactly one of modifier GP, GO or GN"),
    "a unit that is not 15 minutes": ("medicaid.michigan_encounters", r"one unit each (?:30|60) minutes"),
    "the day's total in the record": ("medicare.part_b", r"documented +.*?total_time"),
    "time in and time out of each code": ("commercial.anthem", r"line\.start"),
    "time in and time out of the session": ("commercial.united", r"start_end"),
    "a modifier of the state's own": ("auto.new_jersey_pip", r"modifier (?:AT|U\w|UB|TS|ER)"),
    "a look back over days": ("medicaid.texas_2012", r"rolling \d+ days"),
    "a month": ("medicaid.georgia", r"and month"),
    "a week": ("medicaid.arkansas", r"and week"),
    "a smaller limit inside a larger one": ("workers_comp.montana", r"^limit .*?when +visit has active"),
    "what gives way": ("workers_comp.montana", r"passive first, last line first"),
    "an excess that only a person may pass": ("medicaid.texas_shars", r"on excess +review"),
    "national edits off": ("workers_comp.mississippi", r"no_pair_edits"),
    "times that overlap": ("medicare.part_b", r"only when times overlap"),
    "the lesser of charge and fee": ("workers_comp.tennessee", r"^pay .*?at most +the charge"),
    "an assistant's share": ("workers_comp.mississippi", r"^pay .*?modifier M3.*?pay +85%"),
    "relative values times a dated factor": ("workers_comp.colorado", r"^pay .*?line\.rvu.*?conversion factor"),
    "a stated order of payment": ("workers_comp.mississippi", r"^pay .*?at most +the charge.*?after +assistant"),
    "practice expense of later units": ("workers_comp.minnesota", r"^pay .*?reduce +practice expense.*?the first unit"),
    "the whole rate of later codes": (
        "commercial.independence_by_code",
        r"^pay .*?reduce +the rate.*?the first code.*?allowance",
    ),
    "the whole rate of later units": ("commercial.independence_by_unit", r"pay .*?reduce +the rate.*?the first unit"),
    "a share of another schedule": ("medicaid.kentucky", r"^pay .*?rate +63\.75% of line\.fee"),
    "relative values of a day, more with an evaluation": (
        "workers_comp.new_york",
        r"^limit .*?when visit has initial_evaluations.*?counting +allowed RVUs",
    ),
    "dollars a day": ("workers_comp.washington", r"^limit .*?at most +\$118\.07.*?counting +allowed money"),
    "dollars a day that the plan states": ("commercial.horizon_new_jersey", r"^limit .*?at most +plan\.daily_maximum"),
    "prices by date": ("medicare.part_b_fees", r"^value .*?\$34\.6062.*?\$33\.4009"),
    "a threshold in charges to date": ("medicare.part_b", r"therapy\.charges_to_date > kx_threshold"),
}


def said_by(policy_id: str) -> list[str]:
    """Each statement in force of the policy's own file, as text without comments."""
    found = []
    for statement in policy.load(policy_id).resolved.of(*SPEAKING):
        if statement.policy == policy_id and not statement.inert:
            span = statement.declaration.span
            found.append(re.sub(r"(?m)#.*$", "", statement.file.text[span.start : span.end]))
    return found


@pytest.mark.parametrize("dimension", MATRIX)
def test_a_policy_says_it(dimension: str) -> None:
    policy_id, pattern = MATRIX[dimension]
    assert any(re.search(pattern, text, re.M | re.S) for text in said_by(policy_id)), policy_id


@pytest.mark.parametrize("policy_id", ["workers_comp.north_carolina", "workers_comp.texas"])
def test_national_edits_by_reference(policy_id: str) -> None:
    assert any(pair.policy.startswith("medicare.") for pair in policy.load(policy_id).resolved.of("pair"))


@pytest.mark.parametrize("policy_id", ["workers_comp.mississippi", "workers_comp.tennessee", "commercial.anthem"])
def test_national_edits_off(policy_id: str) -> None:
    assert not any(pair.policy.startswith("medicare.") for pair in policy.load(policy_id).resolved.of("pair"))


@pytest.mark.parametrize("status", ["paused", "withdrawn", "unverified"])
def test_a_rule_that_is_not_in_force_is_kept(status: str) -> None:
    assert any(s.status == status for entry in entries() for s in policy.load(entry.id).resolved.statements)
