# A Glue pipeline as Terraform users write it; nothing here names the sandbox (AWS_ENDPOINT_URL does).

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

variable "name" {
  type = string
}

provider "aws" {
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = false
  default_tags {
    tags = { Stack = var.name }
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["glue.amazonaws.com", "states.amazonaws.com", "events.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "pipeline" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_s3_bucket" "data" {
  bucket        = var.name
  force_destroy = true
}

resource "aws_s3_bucket_notification" "data" {
  bucket      = aws_s3_bucket.data.id
  eventbridge = true
}

resource "aws_s3_object" "script" {
  bucket  = aws_s3_bucket.data.id
  key     = "scripts/job.py"
  content = "print('fine')\n"
}

resource "aws_glue_catalog_database" "main" {
  name        = replace(var.name, "-", "_")
  description = "made by Terraform"
}

resource "aws_glue_catalog_table" "main" {
  name          = "things"
  database_name = aws_glue_catalog_database.main.name
  table_type    = "EXTERNAL_TABLE"
  parameters    = { classification = "csv" }

  partition_keys {
    name = "day"
    type = "string"
  }

  storage_descriptor {
    location      = "s3://${aws_s3_bucket.data.id}/things/"
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
      parameters            = { "field.delim" = "," }
    }

    columns {
      name = "a"
      type = "int"
    }
  }
}

resource "aws_glue_classifier" "csv" {
  name = var.name
  csv_classifier {
    contains_header = "PRESENT"
    delimiter       = ","
    quote_symbol    = "\""
  }
}

resource "aws_glue_crawler" "main" {
  name          = var.name
  role          = aws_iam_role.pipeline.arn
  database_name = aws_glue_catalog_database.main.name
  classifiers   = [aws_glue_classifier.csv.id]
  configuration = jsonencode({ Version = 1.0, Grouping = { TableGroupingPolicy = "CombineCompatibleSchemas" } })

  s3_target {
    path       = "s3://${aws_s3_bucket.data.id}/in/"
    exclusions = ["**.tmp"]
  }
}

resource "aws_glue_connection" "warehouse" {
  name = var.name
  connection_properties = {
    JDBC_CONNECTION_URL = "jdbc:redshift://warehouse:5439/dev"
    USERNAME            = "loader"
    PASSWORD            = "not-a-secret"
  }
}

resource "aws_glue_job" "main" {
  name              = var.name
  role_arn          = aws_iam_role.pipeline.arn
  glue_version      = "5.1"
  worker_type       = "G.1X"
  number_of_workers = 2
  timeout           = 10
  connections       = [aws_glue_connection.warehouse.name]
  default_arguments = { "--job-bookmark-option" = "job-bookmark-enable" }

  command {
    script_location = "s3://${aws_s3_bucket.data.id}/${aws_s3_object.script.key}"
    python_version  = "3"
  }
}

resource "aws_glue_workflow" "main" {
  name = var.name
}

resource "aws_glue_trigger" "start" {
  name          = "${var.name}-start"
  type          = "ON_DEMAND"
  enabled       = false
  workflow_name = aws_glue_workflow.main.name
  actions {
    crawler_name = aws_glue_crawler.main.name
  }
}

resource "aws_glue_trigger" "crawled" {
  name          = "${var.name}-crawled"
  type          = "CONDITIONAL"
  workflow_name = aws_glue_workflow.main.name
  actions {
    job_name = aws_glue_job.main.name
  }
  predicate {
    conditions {
      crawler_name = aws_glue_crawler.main.name
      crawl_state  = "SUCCEEDED"
    }
  }
}

resource "aws_sns_topic" "alerts" {
  name = var.name
}

resource "aws_sfn_state_machine" "main" {
  name     = var.name
  role_arn = aws_iam_role.pipeline.arn
  definition = jsonencode({
    StartAt = "Run"
    States = {
      Run = {
        Type       = "Task"
        Resource   = "arn:aws:states:::glue:startJobRun.sync"
        Parameters = { JobName = aws_glue_job.main.name }
        Catch      = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.error", Next = "Alert" }]
        End        = true
      }
      Alert = {
        Type       = "Task"
        Resource   = "arn:aws:states:::sns:publish"
        Parameters = { TopicArn = aws_sns_topic.alerts.arn, "Message.$" = "$.error.Cause" }
        End        = true
      }
    }
  })
}

resource "aws_cloudwatch_event_rule" "dropped" {
  name = var.name
  event_pattern = jsonencode({
    source        = ["aws.s3"]
    "detail-type" = ["Object Created"]
    detail        = { bucket = { name = [aws_s3_bucket.data.id] }, object = { key = [{ wildcard = "in/*.csv" }] } }
  })
}

resource "aws_cloudwatch_event_target" "dropped" {
  rule     = aws_cloudwatch_event_rule.dropped.name
  arn      = aws_sfn_state_machine.main.arn
  role_arn = aws_iam_role.pipeline.arn
}
