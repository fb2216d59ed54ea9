/**
 * A simulated fleet: seeded hosts and GPUs that behave like hardware and are marked as simulated.
 *
 * <p>May import: collector.source, schema.
 */
@NullMarked
package io.muster.collector.simulation;

import org.jspecify.annotations.NullMarked;
