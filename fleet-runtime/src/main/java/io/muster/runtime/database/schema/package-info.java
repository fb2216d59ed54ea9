/**
 * The schema of the database: its migrations, its partitions, and the advisory locks.
 *
 * <p>May import: bus.
 */
@NullMarked
package io.muster.runtime.database.schema;

import org.jspecify.annotations.NullMarked;
