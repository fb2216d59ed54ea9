/**
 * Tests of the registry role, and fixtures that the tests of its packages share.
 *
 * <p>May import: schema, bus, runtime, testkit, registry.
 */
@NullMarked
package io.muster.registry;

import org.jspecify.annotations.NullMarked;
