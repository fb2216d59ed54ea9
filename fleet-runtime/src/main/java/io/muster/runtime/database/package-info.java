/**
 * PostgreSQL as the roles see it: a connection that comes and goes.
 *
 * <p>May import: schema.json, bus, runtime.config, runtime.database.embedded,
 * runtime.database.schema.
 */
@NullMarked
package io.muster.runtime.database;

import org.jspecify.annotations.NullMarked;
