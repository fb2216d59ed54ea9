/**
 * Tests of the clients.
 *
 * <p>May import: schema, bus, runtime, testkit, registry.
 */
@NullMarked
package io.muster.registry.client;

import org.jspecify.annotations.NullMarked;
