"""The AWS::Glue resource types of CloudFormation, one file each."""
