# A statement as Terraform users run it on Redshift Serverless; nothing here names the sandbox (AWS_ENDPOINT_URL does).

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
  skip_credentials_validation = true
  skip_metadata_api_check     = true
}

resource "aws_redshiftdata_statement" "schema" {
  workgroup_name = var.name
  database       = "dev"
  sql            = "CREATE SCHEMA IF NOT EXISTS ${replace(var.name, "-", "_")}"
}
