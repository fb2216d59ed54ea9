/**
 * The {@code db} commands: status, pruning and export of the database.
 *
 * <p>May import: launcher, launcher.node, schema, bus, runtime, aggregator.
 */
@NullMarked
package io.muster.launcher.db;

import org.jspecify.annotations.NullMarked;
