"""What one run leaves in the warm JVM must not reach the next one."""

from __future__ import annotations

from collections.abc import Callable

from localstack.aws.accounts import get_account_id_from_access_key_id

from .conftest import ScriptRunner

LOOK = """
import json, os, sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
jvm = spark._jvm
print(json.dumps({
    'zone': spark.conf.get('spark.sql.session.timeZone'),
    'jvm_zone': jvm.java.util.TimeZone.getDefault().getID(),
    'locale': jvm.java.util.Locale.getDefault().toString(),
    'property': jvm.System.getProperty('left.over'),
    'tables': [table.name for table in spark.catalog.listTables()],
    'databases': [database.name for database in spark.catalog.listDatabases()],
    'partitions': spark.conf.get('spark.sql.shuffle.partitions'),
    'level': jvm.org.apache.logging.log4j.LogManager.getRootLogger().getLevel().toString(),
    'modules': 'left_over' in sys.modules,
    'environment': os.environ.get('LEFT_OVER'),
    'files': sorted(os.listdir('.'))[:1] and [f for f in os.listdir('.') if f == 'left_over'],
}, sort_keys=True))
"""
LITTER = """
import os, sys, types
from pyspark.sql import SparkSession
spark = SparkSession.builder.config('spark.sql.shuffle.partitions', '77').getOrCreate()
jvm = spark._jvm
spark.conf.set('spark.sql.session.timeZone', 'Asia/Tokyo')
jvm.java.util.TimeZone.setDefault(jvm.java.util.TimeZone.getTimeZone('Asia/Tokyo'))
jvm.java.util.Locale.setDefault(jvm.java.util.Locale.GERMANY)
jvm.System.setProperty('left.over', 'yes')
spark.range(3).createOrReplaceTempView('left_over')
spark.range(3).createOrReplaceGlobalTempView('left_over_globally')
spark.sql('CREATE DATABASE left_over')
spark.sparkContext.setLogLevel('ERROR')
sys.modules['left_over'] = types.ModuleType('left_over')
os.environ['LEFT_OVER'] = 'yes'
open('left_over', 'w').close()
spark.range(1000).cache().count()
"""


def test_a_run_after_another_finds_what_a_run_in_a_jvm_of_its_own_finds(runner: ScriptRunner) -> None:
    alone = runner.run(LOOK, {"--conf": "spark.some.setting=1"}).lines()
    assert runner.run(LITTER).state == "SUCCEEDED"
    assert runner.run(LOOK).lines() == alone


def test_a_file_system_opened_in_one_account_is_not_used_in_another(
    runner_of: Callable[..., ScriptRunner],
) -> None:
    ours, theirs = runner_of(), runner_of("123456789012")
    ours.put("in/a.txt", "ours\n")
    script = f"""
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
jvm = spark._jvm
path = jvm.org.apache.hadoop.fs.Path('s3://{ours.bucket}/in/')
files = path.getFileSystem(spark._jsc.hadoopConfiguration())
print(spark.read.text(path.toString()).count(), files.getConf().get('fs.s3a.access.key'))
"""
    assert [_count_and_account(line) for line in ours.run(script).lines()] == [("1", "000000000000")]
    assert [_count_and_account(line) for line in theirs.run(script).lines()] == [("1", "123456789012")]


def _count_and_account(line: str) -> tuple[str, str]:
    """The key is that of the role's session; LocalStack's keys tell their account."""
    count, key = line.split()
    return count, str(get_account_id_from_access_key_id(key))


def test_a_run_that_was_killed_leaves_no_context_behind(runner: ScriptRunner) -> None:
    killed = runner.run(LITTER + "\nos.kill(os.getpid(), 9)")
    assert killed.state == "FAILED"
    look = runner.run(LOOK)
    assert '"property": null' in look.lines()[0]
