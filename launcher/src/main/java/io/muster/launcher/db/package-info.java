/**
 * The commands for who looks after the database: what it holds, what may go, what others shall
 * read.
 *
 * <p>May import: launcher, launcher.node, schema, bus, runtime, aggregator.
 */
@NullMarked
package io.muster.launcher.db;

import org.jspecify.annotations.NullMarked;
