/**
 * The {@code db} commands: status, pruning, export and import of the database.
 *
 * <p>May import: launcher, launcher.node, launcher.db.transfer, schema, bus, runtime, aggregator.
 */
@NullMarked
package io.muster.launcher.db;

import org.jspecify.annotations.NullMarked;
