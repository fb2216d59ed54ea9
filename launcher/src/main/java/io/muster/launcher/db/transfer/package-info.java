/**
 * Export and import of tables as CSV or NDJSON: their columns, formats and statements.
 *
 * <p>May import: schema, bus, runtime, aggregator.maintenance.
 */
@NullMarked
package io.muster.launcher.db.transfer;

import org.jspecify.annotations.NullMarked;
