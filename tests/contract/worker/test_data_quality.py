"""EvaluateDataQuality as aws-semantics.md §G and the DQDL reference have it: one run, many facts."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.stack.sandbox import Sandbox

from .conftest import PROLOGUE, ScriptRunner

# id, name, v, s, day, at; the rows' verdicts below are in this order
ROWS = """
SELECT * FROM VALUES
  (1, 'a', 10.0D, 'x1', DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00'),
  (2, 'b', 20.0D, 'x2', DATE '2021-01-01', TIMESTAMP '2021-01-01 00:00:00'),
  (3, 'c', 30.0D, 'y33', DATE '2022-01-01', current_timestamp()),
  (4, 'a', NULL, NULL, NULL, NULL) AS t(id, name, v, s, day, at)
"""
# rule, outcome, rows that pass (P), fail (F), are skipped (S), metrics or None where they are not compared
RULES: list[tuple[str, str, str, dict[str, float] | None]] = [
    ("RowCount = 4", "Passed", "SSSS", {"Dataset.*.RowCount": 4.0}),
    ("RowCount between 4 and 6", "Failed", "SSSS", {"Dataset.*.RowCount": 4.0}),
    ("RowCount between 3 and 5", "Passed", "SSSS", {"Dataset.*.RowCount": 4.0}),
    ("RowCount in [4,5]", "Passed", "SSSS", {"Dataset.*.RowCount": 4.0}),
    ('RowCount = 2 where "id > 2"', "Passed", "SSSS", {"Dataset.*.RowCount": 2.0}),
    ("ColumnCount = 6", "Passed", "SSSS", {"Dataset.*.ColumnCount": 6.0}),
    ('ColumnExists "id"', "Passed", "SSSS", None),
    ('ColumnExists "nowhere"', "Failed", "SSSS", None),
    ('ColumnNamesMatchPattern "[a-z]+"', "Passed", "SSSS", None),
    ('IsComplete "id"', "Passed", "PPPP", {"Column.id.Completeness": 1.0}),
    ('IsComplete "v"', "Failed", "PPPF", {"Column.v.Completeness": 0.75}),
    ('IsComplete "v" where "id < 4"', "Passed", "PPPP", {"Column.v.Completeness": 1.0}),
    ('Completeness "v" > 0.7', "Passed", "PPPF", {"Column.v.Completeness": 0.75}),
    ('IsUnique "id"', "Passed", "PPPP", {"Column.id.Uniqueness": 1.0}),
    ('IsUnique "name"', "Failed", "FPPF", {"Column.name.Uniqueness": 0.5}),
    ('Uniqueness "name" = 0.5', "Passed", "FPPF", {"Column.name.Uniqueness": 0.5}),
    ('UniqueValueRatio "name" > 0.6', "Passed", "FPPF", None),
    ('IsPrimaryKey "id"', "Passed", "PPPP", {"Column.id.Completeness": 1.0, "Column.id.Uniqueness": 1.0}),
    ('IsPrimaryKey "id" "name"', "Passed", "PPPP", None),
    ('DistinctValuesCount "name" = 3', "Passed", "SSSS", {"Column.name.DistinctValuesCount": 3.0}),
    ('Entropy "name" > 1', "Passed", "SSSS", None),
    ('Mean "v" = 20', "Passed", "SSSS", {"Column.v.Mean": 20.0}),
    ('Sum "v" = 60', "Passed", "SSSS", {"Column.v.Sum": 60.0}),
    ('StandardDeviation "v" < 9', "Passed", "SSSS", None),
    ('ColumnCorrelation "id" "v" > 0.9', "Passed", "SSSS", {"Multicolumn.id,v.ColumnCorrelation": 1.0}),
    ('ColumnLength "name" = 1', "Passed", "PPPP", None),
    ('ColumnLength "name" between 1 and 3', "Failed", "FFFF", None),
    ('ColumnLength "s" < 6', "Passed", "PPPP", {"Column.s.LengthCompliance": 1.0}),
    ('ColumnLength "s" between 1 and 3', "Failed", "PPFF", {"Column.s.LengthCompliance": 0.5}),
    ('ColumnLength "s" in [0,2]', "Failed", "PPFP", {"Column.s.LengthCompliance": 0.75}),
    ('ColumnLength "s" > 1 where "id < 4"', "Passed", "PPPS", {"Column.s.LengthCompliance": 1.0}),
    ('ColumnValues "id" in [1,2,3] with threshold > 0.7', "Passed", "PPPF", None),
    ('ColumnValues "id" in [1,2,3] with threshold > 0.8', "Failed", "PPPF", None),
    ('ColumnValues "v" between 5 and 25 with threshold >= 0.5', "Passed", "PPFF", None),
    ('ColumnValues "v" != 10 with threshold > 0.7', "Passed", "FPPP", None),
    ('ColumnValues "v" in [NULL,10] with threshold = 0.5', "Passed", "PFFP", None),
    ('ColumnValues "name" in ["a"] with threshold between 0.4 and 0.6', "Passed", "PFFP", None),
    ('ColumnValues "name" not in ["a",EMPTY] with threshold > 0.5', "Failed", "FPPF", None),
    ('ColumnValues "s" matches "x." with threshold > 0.4', "Passed", "PPFF", None),
    ('ColumnValues "s" not matches "x." with threshold > 0.4', "Failed", "FFPF", None),
    ('ColumnValues "s" != NULL where "id > 1" with threshold > 0.7', "Failed", "SPPF", None),
    ('ColumnValues "id" > 1', "Failed", "FPPP", {"Column.id.Minimum": 1.0}),
    ('ColumnValues "v" > 5', "Failed", "PPPF", {"Column.v.Minimum": 10.0}),
    ('ColumnValues "id" between 0 and 5', "Passed", "PPPP", None),
    ('ColumnValues "id" between 1 and 5', "Failed", "FPPP", None),
    ('ColumnValues "v" not between 15 and 25', "Failed", "PFPF", None),
    ('ColumnValues "id" in [1,2,3]', "Failed", "PPPF", {"Column.id.ColumnValues.Compliance": 0.75}),
    ('ColumnValues "v" in [10,20,30,NULL]', "Passed", "PPPP", None),
    ('ColumnValues "v" not in [10]', "Failed", "FPPP", None),
    ('ColumnValues "v" != 10', "Failed", "FPPP", None),
    ('ColumnValues "v" != NULL', "Failed", "PPPF", None),
    ('ColumnValues "name" in ["a","b"]', "Failed", "PPFP", None),
    ('ColumnValues "name" matches "[a-c]"', "Passed", "PPPP", {"Column.name.PatternMatch": 1.0}),
    ('ColumnValues "s" matches "x[0-9]"', "Failed", "PPFF", None),
    ('ColumnValues "s" not in ["x1"]', "Failed", "FPPP", None),
    ('ColumnValues "day" > "2020-06-01"', "Failed", "FPPF", None),
    ('ColumnValues "day" > "2020-06-01" with threshold > 0.4', "Passed", "FPPF", None),
    ('ColumnValues "day" > (now() - 36500 days)', "Failed", "PPPF", None),
    ('ColumnValues "at" > "2020-06-01"', "Failed", "FPPF", None),
    ('ColumnDataType "s" = "Integer"', "Failed", "FFFF", {"Column.s.ColumnDataType.Compliance": 0.0}),
    ('DataFreshness "at" <= 24 hours', "Failed", "FFPF", {"Column.at.DataFreshness.Compliance": 0.25}),
    ('DataFreshness "at" <= 24 hours where "id = 3"', "Passed", "SSPS", None),
    ('CustomSql "SELECT count(*) FROM primary" = 4', "Passed", "SSSS", {"Dataset.*.CustomSQL": 4.0}),
    ('CustomSql "SELECT id FROM primary WHERE id > 1"', "Failed", "FPPP", None),
    ('CustomSql "SELECT id FROM primary WHERE id > 1" with threshold > 0.7', "Passed", "FPPP", None),
    ('RowCountMatch "other" > 1.3', "Passed", "SSSS", None),
    ('SchemaMatch "same" = 1.0', "Passed", "SSSS", None),
    ('AggregateMatch "sum(v)" "sum(other.v)" = 1.0', "Passed", "SSSS", None),
    (
        'CustomSql "SELECT count(*) FROM primary p JOIN other o ON p.id = o.id" = 3',
        "Passed",
        "SSSS",
        {"Dataset.*.CustomSQL": 3.0},
    ),
    ('(IsComplete "v") OR (IsUnique "id")', "Passed", "PPPP", None),
    ('(IsComplete "v") AND (ColumnValues "id" > 1)', "Failed", "FPPF", None),
]
FIRST = RULES[:18]  # the ruleset that is published
# Each ruleset's rows are a plan that grows with its rules.
RULESETS = [[rule for rule, *_ in RULES[start : start + 18]] for start in range(0, len(RULES), 18)]
REFERENCES = [
    ('ReferentialIntegrity "id" "other.id" = 0.75', "Passed"),
    ('ReferentialIntegrity "id,name" "other.{id,name}" >= 1.0', "Failed"),
    ('DatasetMatch "other" "id" "v" >= 0.75', "Passed"),
]
REFUSED = {
    'DetectAnomalies "RowCount"': "the rule type DetectAnomalies",
    'FileSize "s3://b/k" < 10 MB': "the rule type FileSize",
    'FileFreshness "s3://b/k" > (now() - 3 days)': "the rule type FileFreshness",
    'FileMatch "s3://b/k" "s3://b/l"': "the rule type FileMatch",
    'FileUniqueness "s3://b/k" > 0.9': "the rule type FileUniqueness",
    "RowCount > avg(last(3))": "Unknown operand type",
    'ColumnValues "id" > 2 + 1': "only supports numeric operands",
    '(ColumnValues "name" in ["a"] with threshold > 0.1) AND (RowCount > 1)': "`with threshold`",
    'ColumnValues "name" in [1,2]': "a list of numbers for the string column 'name'",
    'ColumnValues "at" > (now() - 3 hours)': "a time of day (`now()`) for a timestamp",
    '(ColumnLength "s" < 6) AND (RowCount > 1)': "ColumnLength over column 's' with NULLs",
    'ColumnValues "s" > 6 with threshold > 0.5': "`with threshold`",
    'IsPrimaryKey "id" "s"': "IsPrimaryKey over column 's' with NULLs",
    'ColumnDataType "s" = "Struct"': "Unrecognized data type",
    'IsComplete "id" labels=["a"="b"]': "labels",
    'Nonsense "id" > 1': "Parsing Error: Rule Type: Nonsense is not valid",
}
SCRIPT = """
import json
from awsgluedq.transforms import EvaluateDataQuality

rows = spark.sql(ROWS)
frame = DynamicFrame.fromDF(rows, glue, 'rows')
known = spark.sql("SELECT id, IF(id = 3, 'z', name) name, v FROM (" + ROWS + ") WHERE id < 4")
other = DynamicFrame.fromDF(known, glue, 'other')
sources = {'other': other, 'same': frame}
spark.range(1).createOrReplaceTempView('primary')
made = {}

def outcomes(collection):
    frame = SelectFromCollection.apply(dfc=collection, key='ruleOutcomes')
    return [row.asDict() for row in frame.toDF().collect()]

def ruleset(rules):
    return 'Rules = [ ' + ', '.join(rules) + ' ]'

published = {
    'dataQualityEvaluationContext': CONTEXT, 'enableDataQualityCloudWatchMetrics': True,
    'enableDataQualityResultsPublishing': True, 'resultsS3Prefix': f's3://{BUCKET}/quality/',
}
made['outcomes'], made['rows'] = [], []
for rules in RULESETS:
    several = EvaluateDataQuality().process_rows(
        frame=frame, ruleset=ruleset(rules), additional_data_sources=sources,
        publishing_options=published if rules is RULESETS[0] else {},
        additional_options={'observations.scope': 'ALL', 'performanceTuning.caching': 'CACHE_NOTHING'},
    )
    made['outcomes'] += outcomes(several)
    level = SelectFromCollection.apply(dfc=several, key='rowLevelOutcomes', transformation_ctx='x')
    level = level.toDF().orderBy('id')
    made['rows'].append([row.asDict() for row in level.drop('day', 'at').collect()])
made['keys'] = list(several.keys())
made['types'] = SelectFromCollection.apply(dfc=several, key='ruleOutcomes').toDF().dtypes
made['row_types'] = level.dtypes
made['original'] = several['originalData'].toDF().columns
made['view_is_back'] = spark.table('primary').columns
one = EvaluateDataQuality.apply(
    frame=frame, ruleset='Rules = [ IsComplete "v" ] Analyzers = [ RowCount ]',
    publishing_options={'dataQualityEvaluationContext': 'c', 'enableDataQualityCloudWatchMetrics': False},
)
made['applied'] = [row.asDict() for row in one.toDF().collect()]
referring = EvaluateDataQuality().process_rows(
    frame=frame, ruleset=ruleset(REFERENCES), additional_data_sources=sources,
)
made['references'] = {row['Rule']: row['Outcome'] for row in outcomes(referring)}
try:
    SelectFromCollection.apply(dfc=referring, key='rowLevelOutcomes').toDF()
except Exception as error:
    made['reference_rows'] = str(error)
counted = EvaluateDataQuality().process_rows(
    frame=frame, ruleset='Rules = [ IsComplete "v", RowCount > 10 ]',
    additional_options={
        'publishAggregatedMetrics.status': 'ENABLED', 'performanceTuning.caching': 'CACHE_INPUT',
    },
)
made['counted'] = outcomes(counted)
made['aggregated'] = counted['aggregatedMetrics'].toDF().collect()[0].asDict()
empty = DynamicFrame.fromDF(spark.createDataFrame([], 'struct<>'), glue, 'empty')
none = EvaluateDataQuality().process_rows(
    frame=empty, ruleset='Rules = [ ColumnCount > 0, RowCount = 0, IsComplete "id" ]')
made['empty'] = {row['Rule']: row['Outcome'] for row in outcomes(none)}
made['refused'] = {}
for rule in REFUSED:
    try:
        refused = EvaluateDataQuality().process_rows(frame=frame, ruleset=ruleset([rule]))
        made['refused'][rule] = str(outcomes(refused))
    except Exception as error:
        made['refused'][rule] = f'{type(error).__name__}: {error}'
for name, options in {'additional': {'x.y': 'z'}, 'row': {'compositeRuleEvaluation.method': 'ROW'}}.items():
    try:
        composite = 'Rules = [ (RowCount > 1) and (IsComplete "id") ]'
        EvaluateDataQuality().process_rows(frame=frame, ruleset=composite, additional_options=options)
    except Exception as error:
        made['refused'][name] = f'{type(error).__name__}: {error}'
print(json.dumps(made, default=str))
"""


@pytest.fixture(scope="module")
def runner(sandbox: Sandbox) -> ScriptRunner:
    made = ScriptRunner(sandbox, f"t-{uuid.uuid4().hex[:12]}")
    made.client("s3").create_bucket(Bucket=made.bucket)
    return made


@pytest.fixture(scope="module")
def events(runner: ScriptRunner) -> Iterator[str]:
    """A queue with the data quality events of this module's runs."""
    queue = runner.client("sqs").create_queue(QueueName=f"quality-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:000000000000:{queue.rpartition('/')[2]}"
    pattern = json.dumps({"source": ["aws.glue-dataquality"]})
    name = queue.rpartition("/")[2]
    runner.client("events").put_rule(Name=name, EventPattern=pattern)
    runner.client("events").put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    yield queue
    runner.client("events").remove_targets(Rule=name, Ids=["queue"])
    runner.client("events").delete_rule(Name=name)


@pytest.fixture(scope="module")
def context(runner: ScriptRunner) -> str:
    """The name of the evaluation, unique on the sandbox."""
    return f"context-{runner.bucket}"


@pytest.fixture(scope="module")
def made(runner: ScriptRunner, events: str, context: str) -> Any:
    """What the script saw."""
    values = {
        "ROWS": ROWS,
        "CONTEXT": context,
        "RULESETS": RULESETS,
        "REFERENCES": [rule for rule, _ in REFERENCES],
        "REFUSED": list(REFUSED),
    }
    head = "".join(f"{name} = {value!r}\n" for name, value in values.items())
    started = runner.start(f"BUCKET = {runner.bucket!r}\n{PROLOGUE}{head}{SCRIPT}")
    run = runner.ended(*started, timeout_s=280)
    return {**json.loads(run.lines()[-1]), "stderr": run.stderr, "job_run": run.job_run}


def test_the_frames_are_original_data_rule_outcomes_and_row_level_outcomes(made: Any) -> None:
    assert made["keys"] == ["originalData", "ruleOutcomes", "rowLevelOutcomes"]
    assert made["original"] == ["id", "name", "v", "s", "day", "at"]


def test_outcomes_have_awss_columns_and_types(made: Any) -> None:
    assert made["types"] == [
        ["Rule", "string"],
        ["Outcome", "string"],
        ["FailureReason", "string"],
        ["EvaluatedMetrics", "map<string,double>"],
        ["EvaluatedRule", "string"],
    ]


def test_rows_have_awss_three_arrays_and_a_result(made: Any) -> None:
    assert made["row_types"][6:] == [
        ["DataQualityRulesPass", "array<string>"],
        ["DataQualityRulesFail", "array<string>"],
        ["DataQualityRulesSkip", "array<string>"],
        ["DataQualityEvaluationResult", "string"],
    ]
    array = "DataQualityRulesFail"
    assert all(
        row["DataQualityEvaluationResult"] == ("Failed" if row[array] else "Passed")
        for rows in made["rows"]
        for row in rows
    )


def test_each_rule_has_one_outcome_in_the_rulesets_order(made: Any) -> None:
    assert [row["Rule"] for row in made["outcomes"]] == [rule for rule, *_ in RULES]
    assert all(row["EvaluatedRule"] == row["Rule"] for row in made["outcomes"])


@pytest.mark.parametrize(("rule", "outcome", "rows", "metrics"), RULES, ids=[rule for rule, *_ in RULES])
def test_a_rule_is_evaluated(
    made: Any, rule: str, outcome: str, rows: str, metrics: dict[str, float] | None
) -> None:
    found = next(row for row in made["outcomes"] if row["Rule"] == rule)
    assert found["Outcome"] == outcome, found["FailureReason"]
    assert metrics is None or found["EvaluatedMetrics"] == metrics
    letters = {"DataQualityRulesPass": "P", "DataQualityRulesFail": "F", "DataQualityRulesSkip": "S"}
    level = made["rows"][next(at for at, ruleset in enumerate(RULESETS) if rule in ruleset)]
    verdicts = ["".join(letter for name, letter in letters.items() if rule in row[name]) for row in level]
    assert verdicts == list(rows)


def test_a_failure_says_the_value_that_was_met(made: Any) -> None:
    reasons = {row["Rule"]: row["FailureReason"] for row in made["outcomes"]}
    assert reasons['IsComplete "v"'] == "Value: 0.75 does not meet the constraint requirement!"
    assert reasons['ColumnValues "v" > 5'] == "Value: NULL does not meet the constraint requirement!"
    assert reasons["RowCount = 4"] is None


@pytest.mark.parametrize(("rule", "outcome"), REFERENCES, ids=[rule for rule, _ in REFERENCES])
def test_a_rule_over_two_frames_is_evaluated(made: Any, rule: str, outcome: str) -> None:
    assert made["references"][rule] == outcome


def test_rows_that_miss_a_reference_are_not_made_up(made: Any) -> None:
    assert "rowLevelOutcomes of the DQDL rule `ReferentialIntegrity" in made["reference_rows"]


@pytest.mark.parametrize(("rule", "message"), REFUSED.items(), ids=list(REFUSED))
def test_what_the_engine_can_not_answer_is_refused_by_name(made: Any, rule: str, message: str) -> None:
    assert message in made["refused"][rule]
    assert made["refused"][rule].startswith(("NotInTarmacError", "IllegalArgumentException"))


def test_unknown_options_are_refused_by_name(made: Any) -> None:
    assert "'x.y' = 'z'" in made["refused"]["additional"]
    assert "ROW with composite rules" in made["refused"]["row"]


def test_apply_gives_the_rule_outcomes_and_no_row_of_analyzers(made: Any) -> None:
    assert [(row["Rule"], row["Outcome"]) for row in made["applied"]] == [('IsComplete "v"', "Failed")]
    assert "tarmac evaluates no analyzers" in made["stderr"]


def test_a_failed_rule_does_not_fail_the_job_and_is_in_its_log(made: Any) -> None:
    assert made["job_run"]["JobRunState"] == "SUCCEEDED"
    assert 'WARN [main] glue.GlueLogger: Data quality c: IsComplete "v" failed: Value: 0.75' in made["stderr"]


def test_a_view_of_the_script_named_like_the_primary_frame_comes_back(made: Any) -> None:
    assert made["view_is_back"] == ["id"]


def test_a_source_without_rows_and_columns_is_evaluated(made: Any) -> None:
    assert made["empty"] == {
        "ColumnCount > 0": "Failed",
        "RowCount = 0": "Passed",
        'IsComplete "id"': "Failed",
    }


def test_aggregated_metrics_count_rows_and_rules(made: Any) -> None:
    counts = ("PassedCount", "FailedCount", "SkippedCount", "TotalCount")
    assert [tuple(row[name] for name in counts) for row in made["counted"]] == [(3, 1, 0, 4), (0, 0, 4, 4)]
    assert made["aggregated"] == {
        "TotalRowsProcessed": 4,
        "PassedRows": 3,
        "FailedRows": 1,
        "TotalRulesProcessed": 2,
        "RulesPassed": 0,
        "RulesFailed": 2,
    }


def test_results_go_to_the_s3_prefix_in_folders_of_the_date(made: Any, runner: ScriptRunner) -> None:
    [key] = runner.keys("quality/")
    assert key.split("/")[1].startswith("year=")
    body = runner.client("s3").get_object(Bucket=runner.bucket, Key=key)["Body"].read().decode()
    lines = [json.loads(line) for line in body.splitlines()]
    assert [(line["rule"], line["outcome"]) for line in lines] == [(rule, out) for rule, out, *_ in FIRST]
    assert {line["jobRunId"] for line in lines} == {made["job_run"]["Id"]}


def test_metrics_count_the_rules_that_passed_and_failed(
    made: Any, runner: ScriptRunner, context: str
) -> None:
    dimensions = [
        {"Name": "EvaluationContext", "Value": context},
        {"Name": "JobName", "Value": made["job_run"]["JobName"]},
    ]
    found = runner.client("cloudwatch").list_metrics(Namespace="Glue Data Quality", Dimensions=dimensions)
    assert {metric["MetricName"] for metric in found["Metrics"]} == {
        "glue.data.quality.rules.passed",
        "glue.data.quality.rules.failed",
    }


def test_the_evaluation_is_an_event_on_the_default_bus(
    made: Any, runner: ScriptRunner, events: str, context: str
) -> None:
    sqs = runner.client("sqs")

    def event() -> Any:
        messages = sqs.receive_message(QueueUrl=events, MaxNumberOfMessages=10).get("Messages", [])
        return next((json.loads(message["Body"]) for message in messages), None)

    found = runner.sandbox.wait_until(event, 15, "the data quality event")
    failed = sum(outcome == "Failed" for _, outcome, *_ in FIRST)
    assert found["detail-type"] == "Data Quality Evaluation Results Available"
    assert found["detail"]["state"] == "FAILED"
    assert found["detail"]["context"]["jobId"] == made["job_run"]["Id"]
    assert found["detail"]["context"]["evaluationContext"] == context
    assert found["detail"]["numRulesFailed"] == failed


STUDIO = """
from awsgluedq.transforms import EvaluateDataQuality
Rows_node1 = DynamicFrame.fromDF(spark.sql("SELECT NULL id"), glue, "Rows_node1")
# Script generated for node Evaluate Data Quality
EvaluateDataQuality_node2_ruleset = '''
    Rules = [
        IsComplete "id"
    ]
'''
EvaluateDataQuality_node2 = EvaluateDataQuality().process_rows(
    frame=Rows_node1,
    ruleset=EvaluateDataQuality_node2_ruleset,
    publishing_options={
        "dataQualityEvaluationContext": "EvaluateDataQuality_node2",
        "enableDataQualityCloudWatchMetrics": True,
        "enableDataQualityResultsPublishing": True,
    },
    additional_options={
        "dataQualityResultsPublishing.strategy": "BEST_EFFORT",
        "observations.scope": "ALL",
        "performanceTuning.caching": "CACHE_NOTHING",
    },
)
outcomes = EvaluateDataQuality_node2[EvaluateDataQuality.DATA_QUALITY_RULE_OUTCOMES_KEY]
failed = outcomes.filter(lambda x: x["Outcome"] == "Failed").count()
assert failed == 0, "The job failed due to failing DQ rules for node: Rows_node1"
"""


def test_studios_assertion_fails_the_job_with_its_message(runner: ScriptRunner) -> None:
    run = runner.glue(STUDIO)
    assert run.state == "FAILED"
    assert run.error.endswith("The job failed due to failing DQ rules for node: Rows_node1")
