/**
 * What GPU models can do at most: the table in {@code config/gpu-models.csv}, and how the names of
 * drivers find their row in it.
 *
 * <p>May import: runtime.config.
 */
@NullMarked
package io.muster.aggregator.catalog;

import org.jspecify.annotations.NullMarked;
