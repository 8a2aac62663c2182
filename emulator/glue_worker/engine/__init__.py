"""What awsglue's classes do, on Spark DataFrames: sources, sinks and transforms behind AWS's names."""
