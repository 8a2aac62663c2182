"""DynamicFrames of files, as AWS's documented examples and samples use them, each in a real run.

The facts are those of "DynamicFrame class" and of the samples join_and_relationalize, resolve_choice and
data_cleaning_and_lambda, with a few records of the same shape.
"""

from __future__ import annotations

import json
from typing import Any

from .conftest import ScriptRunner

PERSONS: list[dict[str, Any]] = [
    {"family_name": "Collins", "links": [{"note": "W", "url": "u"}], "id": "p1", "image": "p.png"},
    {"family_name": "Crapo", "id": "p2", "contact_details": [{"type": "fax", "value": "1"}]},
]
MEMBERSHIPS: list[dict[str, Any]] = [
    {"person_id": "p1", "organization_id": "o1", "role": "member"},
    {"person_id": "p2", "organization_id": "o1", "role": "member"},
]
ORGANIZATIONS: list[dict[str, Any]] = [
    {"id": "o1", "name": "House", "seats": 435, "type": "lower house"},
    {"id": "o2", "name": "Party", "links": [{"note": "W", "url": "v"}], "image": "o.png"},
]
MEDICARE = "id,state,paid\n10001,AL,$5\nSX3,CA,$7\n10005,AL,$9\n"
BROKEN = (
    '{"id": 1, "name": "george", "height": 178}\n{"id": 2, "name": "benjamin",\n'
    '{"id": 4, "name": "john", "height": 190.5}\n'
)


def lines_of(records: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def read(folder: str, kind: str = "json", options: str = "{}") -> str:
    path = "{'paths': [f's3://{BUCKET}/" + folder + "']}"
    return f"glue.create_dynamic_frame.from_options('s3', {path}, {kind!r}, {options})"


def test_joined_and_relationalized_as_in_aws_sample(runner: ScriptRunner) -> None:
    folders: dict[str, list[dict[str, Any]]] = {"persons": PERSONS, "memberships": MEMBERSHIPS}
    for name, records in (folders | {"orgs": ORGANIZATIONS}).items():
        runner.put(f"{name}/part.json", lines_of(records))
    printed = runner.glue(
        f"""
        persons, memberships, orgs = {read("persons/")}, {read("memberships/")}, {read("orgs/")}
        orgs = orgs.rename_field('id', 'org_id').rename_field('name', 'org_name')
        history = Join.apply(
            orgs, Join.apply(persons, memberships, 'id', 'person_id'), 'org_id', 'organization_id'
        ).drop_fields(['person_id', 'org_id'])
        print(sorted(history.toDF().columns))
        dfc = history.relationalize('hist_root', f's3://{{BUCKET}}/temp/')
        print(list(dfc.keys()))
        for key in dfc.keys():
            rows = dfc.select(key).toDF().drop('links', 'contact_details', 'id').collect()
            print(key, sorted(map(tuple, rows)))
        glue.write_dynamic_frame.from_options(frame=history, connection_type='s3',
            connection_options={{'path': f's3://{{BUCKET}}/history/'}}, format='parquet')
        history.select_fields(['family_name']).spigot(f's3://{{BUCKET}}/spigot/', {{'topk': 1}})
        """
    ).lines()
    assert printed[0] == str(
        sorted(
            [
                *("org_name", "seats", "type", "links", "image", "family_name", "id", "contact_details"),
                *("role", "organization_id"),
            ]
        )
    )
    assert printed[1] == str(["hist_root", "hist_root_links", "hist_root_contact_details"])
    assert printed[3] == "hist_root_links [(0, 'W', 'u')]"
    assert printed[4] == "hist_root_contact_details [(0, 'fax', '1')]"
    assert [key for key in runner.keys("history/") if key.endswith(".parquet")]
    (sample,) = [key for key in runner.keys("spigot/") if "part-" in key or key.endswith(".json")]
    body = runner.client("s3").get_object(Bucket=runner.bucket, Key=sample)["Body"].read().decode()
    assert json.loads(body)["family_name"] in ("Collins", "Crapo")


def test_types_errors_and_functions_of_records(runner: ScriptRunner) -> None:
    runner.put("medicare/part.csv", MEDICARE)
    runner.put("broken/part.json", BROKEN)
    printed = runner.glue(
        f"""
        from awsglue.dynamicframe import DynamicFrameCollection
        broken = {read("broken/")}
        broken.printSchema()
        print(broken.count(), broken.errorsCount())
        print(list(broken.errorsAsDynamicFrame().toDF().head()['error'].asDict()))
        print(broken.resolveChoice(specs=[('height', 'cast:double')]).toDF().collect())
        medicare = {read("medicare/", "csv", "{'withHeader': True}")}

        def merged(rec):
            rec['Address'] = {{'State': rec['state'], 'Array': [rec['state']]}}
            del rec['state']
            return rec if rec.id.isdigit() else None

        mapped = Map.apply(frame=medicare, f=merged)
        mapped.printSchema()
        print(mapped.count(), mapped.errorsCount())
        print(Filter.apply(medicare, lambda x: x['state'] in ['AL']).count())

        def MyTransform(glueContext, dfc) -> DynamicFrameCollection:
            df = dfc.select(list(dfc.keys())[0]).toDF().dropDuplicates()
            dyf = DynamicFrame.fromDF(df, glueContext, 'Custom')
            return DynamicFrameCollection({{'CustomTransform0': dyf}}, glueContext)

        custom = MyTransform(glue, DynamicFrameCollection({{'medicare': medicare}}, glue))
        print(SelectFromCollection.apply(dfc=custom, key=list(custom.keys())[0]).count())
        glue.get_logger().info('done')
        """
    ).lines()
    assert printed == [
        "root",
        "|-- id: int",
        "|-- name: string",
        "|-- height: choice",
        "|    |-- double",
        "|    |-- int",
        "2 1",
        "['callsite', 'msg', 'stackTrace', 'input', 'bytesread', 'source', 'dynamicRecord']",
        "[Row(id=1, name='george', height=178.0), Row(id=4, name='john', height=190.5)]",
        "root",
        "|-- id: string",
        "|-- paid: string",
        "|-- Address: struct",
        "|    |-- State: string",
        "|    |-- Array: array",
        "|    |    |-- element: string",
        "2 1",
        "2",
        "3",
    ]
