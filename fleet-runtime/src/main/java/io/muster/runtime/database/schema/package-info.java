/**
 * The tables as this program needs them: the steps that make them, their partitions, and what only
 * one node may do at a time.
 *
 * <p>May import: bus.
 */
@NullMarked
package io.muster.runtime.database.schema;

import org.jspecify.annotations.NullMarked;
