from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from emulator.stack.sandbox_stacks import sandbox_settings
from tests.contract.glue_api.catalog_bench import CatalogBench
from tests.contract.glue_api.gateway import FakeWorker, Gateway, GlueBench


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """LocalStack with the Glue API, without a worker, shared by the tests of this folder."""
    gateway = Gateway(sandbox_settings(tmp_path_factory.mktemp("glue") / "state", "glue-contract"))
    try:
        gateway.start()
        yield gateway
    finally:
        gateway.stop()


@pytest.fixture
def bench(gateway: Gateway) -> Iterator[GlueBench]:
    """A job's name and bucket of the test's own; what is left in flight is ended."""
    bench = GlueBench(gateway, f"t-{uuid.uuid4().hex[:12]}", FakeWorker(gateway))
    yield bench
    for run in gateway.get("/_tarmac/runs"):
        if run["completed"] is None:
            gateway.client("glue").batch_stop_job_run(JobName=run["job"], JobRunIds=[run["run_id"]])
            if run["state"] != "STARTING" or bench.worker.heartbeat(run["run_id"]) == "stop":
                bench.worker.finish(run["run_id"], "STOPPED")


@pytest.fixture
def catalog(gateway: Gateway) -> Iterator[CatalogBench]:
    """A database of the test's own, gone afterwards."""
    bench = CatalogBench(gateway.client("glue"), f"db_{uuid.uuid4().hex[:12]}")
    bench.glue.create_database(DatabaseInput={"Name": bench.database})
    yield bench
    bench.glue.delete_database(Name=bench.database)
