-- The hours and minutes that the rows of a transaction belong to.
CREATE TEMPORARY TABLE imported_hour (client_ref int, hour timestamptz, PRIMARY KEY (client_ref, hour))
  ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE imported_minute (
  device_ref int, hour timestamptz, minute int, n int,
  usage_n int, usage_sum int, usage_min smallint, usage_max smallint,
  mem_n int, mem_sum int, mem_min smallint, mem_max smallint,
  temp_n int, temp_sum int, temp_min smallint, temp_max smallint,
  power_n int, power_sum int, power_min smallint, power_max smallint, PRIMARY KEY (device_ref, hour, minute))
  ON COMMIT DELETE ROWS
