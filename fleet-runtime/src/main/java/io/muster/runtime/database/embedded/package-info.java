/**
 * The bundled PostgreSQL server: installation, database cluster, account, start and stop. All
 * methods block.
 *
 * <p>May import: bus, runtime.config, runtime.file.
 */
@NullMarked
package io.muster.runtime.database.embedded;

import org.jspecify.annotations.NullMarked;
