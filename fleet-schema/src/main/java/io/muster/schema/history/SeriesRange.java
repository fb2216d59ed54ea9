package io.muster.schema.history;

import java.util.Optional;

/**
 * The range of a series, and the width of its bins.
 *
 * @param fromMillis start, milliseconds since the epoch; empty: a day before the end
 * @param untilMillis end, exclusive; empty: now
 * @param stepSeconds width of a bin; empty: the least with which there are at most that many points
 * @param points maximum number of bins if their width is not given
 */
public record SeriesRange(
    Optional<Long> fromMillis,
    Optional<Long> untilMillis,
    Optional<Long> stepSeconds,
    int points) {}
