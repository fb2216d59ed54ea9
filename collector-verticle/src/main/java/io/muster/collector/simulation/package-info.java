/**
 * A made-up fleet: seeded hosts and GPUs that answer like hardware, and say that they are
 * simulated.
 *
 * <p>May import: collector.source, schema.
 */
@NullMarked
package io.muster.collector.simulation;

import org.jspecify.annotations.NullMarked;
