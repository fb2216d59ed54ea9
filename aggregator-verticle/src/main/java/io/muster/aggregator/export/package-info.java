/**
 * Exports of history, clients and models as CSV or JSON lines, for other programs.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.aggregator.export;

import org.jspecify.annotations.NullMarked;
