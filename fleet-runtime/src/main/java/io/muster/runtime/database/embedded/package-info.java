/**
 * The PostgreSQL server that comes along: installation, cluster, account, start and stop. All of it
 * blocks.
 *
 * <p>May import: bus.
 */
@NullMarked
package io.muster.runtime.database.embedded;

import org.jspecify.annotations.NullMarked;
