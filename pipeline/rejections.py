"""Why a row can't be loaded: the texts of the quarantine table's column `reason`, first match first."""

HEADER_LINE = "header line"  # no reason for rejection: marks the line that names the columns
WRONG_HEADER = "wrong header"
NOT_UTF8 = "not UTF-8"
WRONG_COLUMN_COUNT = "wrong number of columns"
BAD_CARRIER = "carrier is empty or longer than 100 bytes"
BAD_ORIGIN = "origin airport is not a number"
BAD_DESTINATION = "destination airport is not a number"
BAD_DEPARTURE_DELAY = "departure delay is not a whole number of minutes"
BAD_ARRIVAL_DELAY = "arrival delay is not a whole number of minutes"
UNKNOWN_ORIGIN = "unknown origin airport"
UNKNOWN_DESTINATION = "unknown destination airport"
