/**
 * What a host runs in: which container, which virtual machine.
 *
 * <p>May import: collector.proc, schema.
 */
@NullMarked
package io.muster.collector.environment;

import org.jspecify.annotations.NullMarked;
