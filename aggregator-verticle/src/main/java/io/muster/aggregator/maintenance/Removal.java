package io.muster.aggregator.maintenance;

import java.time.LocalDate;

/**
 * Something that is older than it is kept.
 *
 * @param table a partition that goes as a whole, or a table of which rows go
 * @param until UTC day: what goes is older
 * @param rows an estimate for a partition
 * @param bytes that the disk gets back; 0 for rows, whose place is used again
 */
public record Removal(String table, LocalDate until, long rows, long bytes) {}
