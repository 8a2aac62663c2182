"""CloudFormation types of Redshift Serverless, one file each."""
