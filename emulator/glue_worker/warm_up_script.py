"""A script with every kind of work that a small job does; see warm_up.py."""

import sys

from pyspark import SparkContext
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

folder = sys.argv[sys.argv.index("--TempDir") + 1]
spark = SparkSession(SparkContext())

people = spark.range(200).select(
    "id", (f.col("id") % 5).alias("place"), f.rand().cast("string").alias("text")
)
people.write.mode("append").option("header", True).csv(f"{folder}people")
read = spark.read.schema("id string, place string, text string").option("header", True).csv(f"{folder}people")
places = spark.createDataFrame([(0, "a"), (1, "b"), (2, None)], "place bigint, name string")
places.write.mode("append").parquet(f"{folder}places")
typed = read.select(
    f.expr("try_cast(id AS bigint) id"), f.expr("try_cast(place AS bigint) place"), f.input_file_name()
)
joined = typed.join(spark.read.parquet(f"{folder}places"), "place", "left")
joined.agg(f.count_if(f.col("name").isNull()), f.max("id"), f.countDistinct("name")).collect()
joined.groupBy("name").count().orderBy("name").limit(3).collect()
joined.write.mode("append").csv(f"{folder}joined")
