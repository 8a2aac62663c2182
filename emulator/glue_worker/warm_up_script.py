"""A script with every kind of work that a small job does; see warm_up.py."""

import sys

from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from pyspark import SparkContext
from pyspark.sql import functions as f

from emulator.glue_worker import run_context
from emulator.glue_worker.engine import staged_write

run_context.enter(None)  # the Glue API knows nothing of this run
folder = sys.argv[sys.argv.index("--TempDir") + 1]
glue = GlueContext(SparkContext())
spark = glue.spark_session

place, text = (f.col("id") % 5).alias("place"), f.rand().cast("string").alias("text")
people = spark.range(200).select("id", place, text)
written = DynamicFrame.fromDF(people, glue, "people")
glue.write_dynamic_frame.from_options(written, "s3", {"path": f"{folder}people/"}, "csv")
source = glue.create_dynamic_frame.from_options(
    "s3", {"paths": [f"{folder}people/"]}, "csv", {"withHeader": True, "attachFilename": "file"}
)
mapped = source.apply_mapping([("id", "string", "id", "long"), ("place", "string", "place", "long")]).toDF()
places = spark.createDataFrame([(0, "a"), (1, "b"), (2, None)], "place bigint, name string")
staged_write.write(places, f"{folder}places/", "parquet", {}, [])
read_back = glue.create_dynamic_frame.from_options("s3", {"paths": [f"{folder}places/"]}, "parquet").toDF()
joined = mapped.join(f.broadcast(read_back), "place", "left").join(places.groupBy("place").count(), "place")
joined.groupBy("name").count().orderBy("name").limit(3).collect()
joined.agg(f.count_if(f.col("name").isNull()), f.max("id"), f.countDistinct("name")).collect()
joined.write.mode("append").csv(f"{folder}joined")
