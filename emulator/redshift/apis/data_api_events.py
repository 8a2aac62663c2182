"""The event that WithEvent asks for (Amazon Redshift Management Guide, Monitoring Data API events)."""

from __future__ import annotations

import json
import logging

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to

from emulator.redshift.apis.data_api_models import RETENTION, StatementRecord
from emulator.redshift.apis.registry import RegionRegistry

LOG = logging.getLogger(__name__)


def publish(region: RegionRegistry, record: StatementRecord) -> None:
    """Puts the event of a statement's end on the default bus, if it was asked for; best effort."""
    if not record.with_event:
        return
    entry = {
        "Source": "aws.redshift-data",
        "DetailType": "Redshift Data Statement Status Change",
        "Resources": [region.arn_of(record.target)],
        "Detail": json.dumps(_detail(record)),
    }
    try:
        client = connect_to(aws_access_key_id=region.account, region_name=region.region).events
        client.put_events(Entries=[entry])
    except (ClientError, BotoCoreError) as error:
        LOG.warning("the event of statement %s is lost: %s", record.id, error)


def _detail(record: StatementRecord) -> dict[str, object]:
    return {
        "principal": record.principal,
        "statementName": record.name,
        "statementId": record.id,
        "redshiftQueryId": record.whole.query_id,
        "state": str(record.whole.status),
        "rows": record.whole.rows,
        "expireAt": int((record.whole.created_at + RETENTION).timestamp()),
    }
