-- Every statement may run again: `pipeline.deploy` sends them all, in one transaction, at each deploy.
-- Keys are informational in Redshift; DISTKEY, SORTKEY and ENCODE say how it stores the rows.

CREATE SCHEMA IF NOT EXISTS airlines;

CREATE TABLE IF NOT EXISTS airlines.dim_airport_codes (
    airport_id BIGINT NOT NULL,
    city VARCHAR(200),
    state VARCHAR(100),
    name VARCHAR(200),
    PRIMARY KEY (airport_id)
)
DISTSTYLE ALL
SORTKEY (airport_id);

CREATE TABLE IF NOT EXISTS airlines.daily_flights_processed (
    carrier VARCHAR(100) ENCODE zstd,
    dep_delay BIGINT ENCODE az64,
    arr_delay BIGINT ENCODE az64,
    dep_airport VARCHAR(200) ENCODE zstd,
    arr_airport VARCHAR(200) ENCODE zstd,
    dep_city VARCHAR(200) ENCODE zstd,
    arr_city VARCHAR(200) ENCODE zstd,
    dep_state VARCHAR(100) ENCODE zstd,
    arr_state VARCHAR(100) ENCODE zstd,
    flight_date DATE,
    source_file VARCHAR(2048) ENCODE zstd,
    job_run_id VARCHAR(100) ENCODE zstd,
    loaded_at TIMESTAMP ENCODE az64
)
DISTSTYLE EVEN
SORTKEY (flight_date);

CREATE TABLE IF NOT EXISTS airlines.quarantined_flights (
    source_file VARCHAR(2048) ENCODE zstd,
    line VARCHAR(4096) ENCODE zstd,
    reason VARCHAR(200) ENCODE zstd,
    job_run_id VARCHAR(100) ENCODE zstd,
    loaded_at TIMESTAMP
)
DISTSTYLE EVEN
SORTKEY (loaded_at);
