package io.muster.aggregator.rollup;

import java.time.LocalDate;
import java.util.Optional;

/**
 * The result of one roll-up.
 *
 * @param clients number of clients whose state was updated
 * @param days number of client days that are new or changed
 * @param oldestStaleDay oldest of the past days that had changed hours when the roll-up began;
 *     empty if there was none
 */
public record RollupResult(int clients, int days, Optional<LocalDate> oldestStaleDay) {}
