/**
 * Hardware sources and their readings.
 *
 * <p>May import: schema.
 */
@NullMarked
package io.muster.collector.source;

import org.jspecify.annotations.NullMarked;
