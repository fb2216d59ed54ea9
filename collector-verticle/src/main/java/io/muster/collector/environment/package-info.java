/**
 * The environment of a host: its container and its virtual machine.
 *
 * <p>May import: collector.proc, schema.
 */
@NullMarked
package io.muster.collector.environment;

import org.jspecify.annotations.NullMarked;
