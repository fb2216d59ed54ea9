/**
 * One accelerator at one instant, and the table of its readings.
 *
 * <p>May import: schema.json.
 */
@NullMarked
package io.muster.schema.gpu;

import org.jspecify.annotations.NullMarked;
