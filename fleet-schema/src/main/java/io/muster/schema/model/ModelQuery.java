package io.muster.schema.model;

import io.muster.schema.client.LimitOffset;
import java.util.Optional;

/**
 * A query for a list of models.
 *
 * @param isActive only models that are, or are not, in use
 * @param minGpuMemoryGb only models that require at most this much GPU memory, or state no
 *     requirement, GiB
 * @param slice part of the list
 */
public record ModelQuery(
    Optional<Boolean> isActive, Optional<Integer> minGpuMemoryGb, LimitOffset slice) {}
