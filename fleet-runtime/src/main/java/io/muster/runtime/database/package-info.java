/**
 * Access of the roles to PostgreSQL, which may become unavailable and return.
 *
 * <p>May import: schema.json, bus, runtime.config, runtime.database.embedded,
 * runtime.database.schema.
 */
@NullMarked
package io.muster.runtime.database;

import org.jspecify.annotations.NullMarked;
