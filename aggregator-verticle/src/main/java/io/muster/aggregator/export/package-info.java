/**
 * History, clients and models as CSV or JSON lines, for programs that read them elsewhere.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.aggregator.export;

import org.jspecify.annotations.NullMarked;
