"""AWS Glue Data Quality in a job's script: `from awsgluedq.transforms import EvaluateDataQuality`."""
