/**
 * Tests of the registry role.
 *
 * <p>May import: schema, bus, runtime, testkit.
 */
@NullMarked
package io.muster.registry;

import org.jspecify.annotations.NullMarked;
