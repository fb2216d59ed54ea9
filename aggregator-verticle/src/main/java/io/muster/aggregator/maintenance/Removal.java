package io.muster.aggregator.maintenance;

import java.time.LocalDate;

/**
 * The removal of data that is older than its retention.
 *
 * @param table partition that is dropped, or table of which rows are deleted
 * @param until UTC day: all data removed is older
 * @param rows an estimate for a partition
 * @param bytes disk space that is freed; 0 for rows, whose space is reused
 */
public record Removal(String table, LocalDate until, long rows, long bytes) {}
