/**
 * Conversion between records and JSON: one mapper, one naming rule, units, times and plain
 * decimals.
 *
 * <p>May import: nothing.
 */
@NullMarked
package io.muster.schema.json;

import org.jspecify.annotations.NullMarked;
