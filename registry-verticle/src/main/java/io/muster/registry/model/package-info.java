/**
 * The catalog of models.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.registry.model;

import org.jspecify.annotations.NullMarked;
