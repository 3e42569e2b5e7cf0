"""People come, change and go while records are asked about; each suggestion says why."""

from dataclasses import replace

import pytest

from adsum.records.matching import postings
from adsum.records.matching.explaining import Agreement
from adsum.records.matching.living import LivingMatcher, Suggestion, build
from adsum.records.matching.population import Description
from tests.records.world import make_people

NEW = Description("new", "OKSANA", "ZHURAVLYOVA", "1991-07-30", "F", "STONE FALLS", "OR", "A321654987")
RECORD = replace(NEW, key="r", case_number="")


@pytest.fixture
def matcher() -> LivingMatcher:
    return build(make_people(500))


def best(matcher: LivingMatcher, record: Description) -> Suggestion | None:
    return next((one for one in matcher.candidates(record).candidates if one.probability > 0.5), None)


def test_who_comes_changes_or_goes_is_known_at_once(matcher: LivingMatcher) -> None:
    assert best(matcher, RECORD) is None
    matcher.put(NEW)
    found = best(matcher, RECORD)
    assert found and found.key == "new" and found.probability > 0.9 and len(matcher) == 501
    matcher.put(replace(NEW, surnames="QUISPE", date_of_birth="1970-02-03"))
    changed = best(matcher, replace(RECORD, surnames="QUISPE", date_of_birth="1970-02-03"))
    assert changed and changed.key == "new" and len(matcher) == 501
    assert best(matcher, RECORD) is None
    matcher.drop("new")
    matcher.drop("new")
    assert "new" not in matcher and len(matcher) == 500
    assert not matcher.candidates(replace(RECORD, surnames="QUISPE", case_number=NEW.case_number)).candidates
    matcher.put(replace(NEW, key="again"))
    again = best(matcher, RECORD)
    assert again and again.key == "again"


def test_many_changes_are_merged_and_nobody_is_lost(matcher: LivingMatcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "MERGE_AFTER", 7)
    people = make_people(60, seed=5)
    for person in people:
        matcher.put(replace(person, key=f"p{person.key}"))
        matcher.drop(person.key)
    assert len(matcher) == 500
    for person in people:
        keys = [one.key for one in matcher.candidates(replace(person, key="r")).candidates]
        assert f"p{person.key}" in keys and person.key not in keys


def test_a_matcher_of_nobody_grows() -> None:
    matcher = build([])
    assert matcher.candidates(RECORD).candidates == ()
    for person in make_people(30):
        matcher.put(person)
    matcher.put(NEW)
    found = matcher.candidates(RECORD).candidates
    assert found[0].key == "new"


def test_a_suggestion_says_why(matcher: LivingMatcher) -> None:
    matcher.put(NEW)
    said = replace(RECORD, given_names="Oxana", date_of_birth="1991-07-31", sex="", city="Stone Fals")
    found = best(matcher, said)
    assert found and found.one_in_wrong >= 2
    lines = {line.field: line for line in found.explanation}
    assert [*lines] == ["given names", "surnames", "birthday", "place", "sex", "case number"]
    assert {field: line.agreement for field, line in lines.items()} == {
        "given names": Agreement.PARTLY,
        "surnames": Agreement.AGREES,
        "birthday": Agreement.PARTLY,
        "place": Agreement.AGREES,
        "sex": Agreement.MISSING,
        "case number": Agreement.MISSING,
    }
    assert ("given", "near") in lines["given names"].how and lines["birthday"].how == (("birthday", "one digit"),)
    assert lines["surnames"].file_says == "ZHURAVLYOVA" and lines["given names"].record_says == "Oxana"
    assert lines["birthday"].file_says == "1991-07-30" and lines["place"].file_says == "STONE FALLS, OR"
    assert (lines["surnames"].one_in or 0) > 500 and lines["sex"].one_in is None
    of_all = next(one for one in matcher.matcher.find(said).candidates if one.key == "new").evidence.total
    assert sum(line.weight_nats for line in found.explanation) == pytest.approx(of_all)


def test_what_disagrees_is_said(matcher: LivingMatcher) -> None:
    matcher.put(NEW)
    found = matcher.candidates(replace(RECORD, sex="M", date_of_birth="1960-01-17", state="TX"), least=0).candidates
    lines = {line.field: line for one in found if one.key == "new" for line in one.explanation}
    against = {field for field, line in lines.items() if line.agreement is Agreement.DISAGREES}
    assert against == {"birthday", "place", "sex"}
    assert all(lines[field].weight_nats < 0 and lines[field].one_in is None for field in against)


def test_a_new_person_finds_their_records() -> None:
    shelf = build([*(replace(one, key=f"s{one.key}", case_number="") for one in make_people(400, seed=9)), RECORD])
    assert shelf.near(NEW)[0] == "r"
    assert len(shelf.near(NEW)) < 20
    shelf.drop("r")
    assert "r" not in shelf.near(NEW)
