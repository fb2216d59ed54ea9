/**
 * The sections of a host other than its accelerators, at one instant: CPUs, memory, chassis,
 * processes, storage.
 *
 * <p>May import: schema.json.
 */
@NullMarked
package io.muster.schema.host;

import org.jspecify.annotations.NullMarked;
