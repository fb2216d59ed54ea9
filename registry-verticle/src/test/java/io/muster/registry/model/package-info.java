/**
 * Tests of the models.
 *
 * <p>May import: schema, bus, runtime, testkit, registry.
 */
@NullMarked
package io.muster.registry.model;

import org.jspecify.annotations.NullMarked;
