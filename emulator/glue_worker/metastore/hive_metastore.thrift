// The part of Hive 2.3's metastore interface that Spark 3.5 calls; field numbers as in Hive's own classes
// (hive-metastore-2.3.9.jar). Read by thrift_idl.py. Left out are fields and arguments without a meaning in the
// Glue Data Catalog: the reader passes over them. Enumerations are written as i32, arguments in Python's manner.

struct MetaException {
  1: string message
}

struct NoSuchObjectException {
  1: string message
}

struct AlreadyExistsException {
  1: string message
}

struct InvalidObjectException {
  1: string message
}

struct InvalidOperationException {
  1: string message
}

struct UnknownDBException {
  1: string message
}

struct ConfigValSecurityException {
  1: string message
}

struct AddPartitionsRequest {
  1: string dbName
  2: string tblName
  3: list<Partition> parts
  4: bool ifNotExists
  5: bool needResult
}

struct AddPartitionsResult {
  1: list<Partition> partitions
}

struct Database {
  1: string name
  2: string description
  3: string locationUri
  4: map<string, string> parameters
  6: string ownerName
  7: i32 ownerType
}

struct FieldSchema {
  1: string name
  2: string type
  3: string comment
}

struct Function {
  1: string functionName
  2: string dbName
  3: string className
  4: string ownerName
  5: i32 ownerType
  6: i32 createTime
  7: i32 functionType
  8: list<ResourceUri> resourceUris
}

struct GetAllFunctionsResponse {
  1: list<Function> functions
}

struct GetTableRequest {
  1: string dbName
  2: string tblName
}

struct GetTableResult {
  1: Table table
}

struct GetTablesRequest {
  1: string dbName
  2: list<string> tblNames
}

struct GetTablesResult {
  1: list<Table> tables
}

struct Order {
  1: string col
  2: i32 order
}

struct Partition {
  1: list<string> values
  2: string dbName
  3: string tableName
  4: i32 createTime
  5: i32 lastAccessTime
  6: StorageDescriptor sd
  7: map<string, string> parameters
}

struct ResourceUri {
  1: i32 resourceType
  2: string uri
}

struct SerDeInfo {
  1: string name
  2: string serializationLib
  3: map<string, string> parameters
}

struct SkewedInfo {
  1: list<string> skewedColNames
  2: list<list<string>> skewedColValues
  3: map<list<string>, string> skewedColValueLocationMaps
}

struct StorageDescriptor {
  1: list<FieldSchema> cols
  2: string location
  3: string inputFormat
  4: string outputFormat
  5: bool compressed
  6: i32 numBuckets
  7: SerDeInfo serdeInfo
  8: list<string> bucketCols
  9: list<Order> sortCols
  10: map<string, string> parameters
  11: SkewedInfo skewedInfo
  12: bool storedAsSubDirectories
}

struct Table {
  1: string tableName
  2: string dbName
  3: string owner
  4: i32 createTime
  5: i32 lastAccessTime
  6: i32 retention
  7: StorageDescriptor sd
  8: list<FieldSchema> partitionKeys
  9: map<string, string> parameters
  10: string viewOriginalText
  11: string viewExpandedText
  12: string tableType
  14: bool temporary
  15: bool rewriteEnabled
}

service ThriftHiveMetastore {
  list<string> get_all_databases() throws (1: MetaException o1)
  list<string> get_databases(1: string pattern) throws (1: MetaException o1)
  Database get_database(1: string database) throws (1: NoSuchObjectException o1, 2: MetaException o2)
  void create_database(1: Database described) throws (1: AlreadyExistsException o1, 2: InvalidObjectException o2, 3: MetaException o3)
  void drop_database(1: string database, 2: bool delete_data, 3: bool cascade) throws (1: NoSuchObjectException o1, 2: InvalidOperationException o2, 3: MetaException o3)
  void alter_database(1: string database, 2: Database described) throws (1: MetaException o1, 2: NoSuchObjectException o2)
  Table get_table(1: string database, 2: string table) throws (1: MetaException o1, 2: NoSuchObjectException o2)
  GetTableResult get_table_req(1: GetTableRequest req) throws (1: MetaException o1, 2: NoSuchObjectException o2)
  GetTablesResult get_table_objects_by_name_req(1: GetTablesRequest req) throws (1: MetaException o1, 2: InvalidOperationException o2, 3: UnknownDBException o3)
  list<string> get_tables(1: string database, 2: string pattern) throws (1: MetaException o1)
  list<string> get_tables_by_type(1: string database, 2: string pattern, 3: string table_type) throws (1: MetaException o1)
  list<string> get_all_tables(1: string database) throws (1: MetaException o1)
  void create_table(1: Table described) throws (1: AlreadyExistsException o1, 2: InvalidObjectException o2, 3: MetaException o3, 4: NoSuchObjectException o4)
  void create_table_with_environment_context(1: Table described) throws (1: AlreadyExistsException o1, 2: InvalidObjectException o2, 3: MetaException o3, 4: NoSuchObjectException o4)
  void alter_table(1: string database, 2: string table, 3: Table described) throws (1: InvalidOperationException o1, 2: MetaException o2)
  void alter_table_with_environment_context(1: string database, 2: string table, 3: Table described) throws (1: InvalidOperationException o1, 2: MetaException o2)
  void drop_table_with_environment_context(1: string database, 2: string table, 3: bool delete_data) throws (1: NoSuchObjectException o1, 2: MetaException o3)
  AddPartitionsResult add_partitions_req(1: AddPartitionsRequest request) throws (1: InvalidObjectException o1, 2: AlreadyExistsException o2, 3: MetaException o3)
  Partition get_partition(1: string database, 2: string table, 3: list<string> values) throws (1: MetaException o1, 2: NoSuchObjectException o2)
  Partition get_partition_with_auth(1: string database, 2: string table, 3: list<string> values) throws (1: MetaException o1, 2: NoSuchObjectException o2)
  list<Partition> get_partitions(1: string database, 2: string table, 3: i16 limit) throws (1: NoSuchObjectException o1, 2: MetaException o2)
  list<Partition> get_partitions_with_auth(1: string database, 2: string table, 3: i16 limit) throws (1: NoSuchObjectException o1, 2: MetaException o2)
  list<Partition> get_partitions_ps(1: string database, 2: string table, 3: list<string> values, 4: i16 limit) throws (1: MetaException o1, 2: NoSuchObjectException o2)
  list<Partition> get_partitions_ps_with_auth(1: string database, 2: string table, 3: list<string> values, 4: i16 limit) throws (1: NoSuchObjectException o1, 2: MetaException o2)
  list<Partition> get_partitions_by_filter(1: string database, 2: string table, 4: i16 limit) throws (1: MetaException o1, 2: NoSuchObjectException o2)
  list<Partition> get_partitions_by_names(1: string database, 2: string table, 3: list<string> names) throws (1: MetaException o1, 2: NoSuchObjectException o2)
  list<string> get_partition_names(1: string database, 2: string table, 3: i16 limit) throws (1: MetaException o2)
  list<string> get_partition_names_ps(1: string database, 2: string table, 3: list<string> values, 4: i16 limit) throws (1: MetaException o1, 2: NoSuchObjectException o2)
  void alter_partitions(1: string database, 2: string table, 3: list<Partition> partitions) throws (1: InvalidOperationException o1, 2: MetaException o2)
  void alter_partitions_with_environment_context(1: string database, 2: string table, 3: list<Partition> partitions) throws (1: InvalidOperationException o1, 2: MetaException o2)
  void rename_partition(1: string database, 2: string table, 3: list<string> values, 4: Partition partition) throws (1: InvalidOperationException o1, 2: MetaException o2)
  bool drop_partition_with_environment_context(1: string database, 2: string table, 3: list<string> values, 4: bool delete_data) throws (1: NoSuchObjectException o1, 2: MetaException o2)
  list<string> get_functions(1: string database, 2: string pattern) throws (1: MetaException o1)
  GetAllFunctionsResponse get_all_functions() throws (1: MetaException o1)
  Function get_function(1: string database, 2: string name) throws (1: MetaException o1, 2: NoSuchObjectException o2)
  list<string> set_ugi(1: string user_name) throws (1: MetaException o1)
  string get_config_value(2: string default) throws (1: ConfigValSecurityException o1)
  void create_function(1: Function function) throws (1: AlreadyExistsException o1, 2: InvalidObjectException o2, 3: MetaException o3, 4: NoSuchObjectException o4)
  void drop_function(1: string database, 2: string name) throws (1: NoSuchObjectException o1, 2: MetaException o3)
}
