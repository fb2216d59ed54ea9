package io.muster.schema.model;

import io.muster.schema.client.LimitOffset;
import java.util.Optional;

/**
 * Which models to list.
 *
 * @param isActive only those that are, or are not, in use
 * @param minGpuMemoryGb only those that so much GPU memory is enough for, GiB
 * @param slice which of them
 */
public record ModelQuery(
    Optional<Boolean> isActive, Optional<Integer> minGpuMemoryGb, LimitOffset slice) {}
