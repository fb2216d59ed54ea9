/**
 * One accelerator at one instant.
 *
 * <p>May import: schema.json.
 */
@NullMarked
package io.muster.schema.gpu;

import org.jspecify.annotations.NullMarked;
