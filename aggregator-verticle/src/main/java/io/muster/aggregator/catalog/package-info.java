/**
 * The peak performance of GPU models: the table in {@code config/gpu-models.csv}, and the lookup of
 * its rows by the names that drivers report.
 *
 * <p>May import: runtime.config.
 */
@NullMarked
package io.muster.aggregator.catalog;

import org.jspecify.annotations.NullMarked;
