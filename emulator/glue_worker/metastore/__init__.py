"""A Hive metastore in front of the Glue Data Catalog, for `--enable-glue-datacatalog`."""
