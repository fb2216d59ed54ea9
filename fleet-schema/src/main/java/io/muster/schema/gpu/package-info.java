/**
 * One accelerator at one instant, and the table of its readings.
 *
 * <p>May import: schema.json, schema.host.
 */
@NullMarked
package io.muster.schema.gpu;

import org.jspecify.annotations.NullMarked;
