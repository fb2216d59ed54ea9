/**
 * PostgreSQL as the roles see it: a connection that comes and goes, the schema, its partitions.
 *
 * <p>May import: bus, runtime.config, runtime.database.embedded.
 */
@NullMarked
package io.muster.runtime.database;

import org.jspecify.annotations.NullMarked;
