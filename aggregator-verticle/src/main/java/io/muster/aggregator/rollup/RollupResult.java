package io.muster.aggregator.rollup;

import java.time.LocalDate;
import java.util.Optional;

/**
 * What one fold did.
 *
 * @param clients whose state was brought up to date
 * @param days of clients that were new, or changed
 * @param oldestStaleDay oldest of the past days that had changed hours when the fold began; empty
 *     without any
 */
public record RollupResult(int clients, int days, Optional<LocalDate> oldestStaleDay) {}
