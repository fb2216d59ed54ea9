/**
 * Tests of the fleet events.
 *
 * <p>May import: schema, bus, runtime.node, api, testkit.
 */
@NullMarked
package io.muster.api.event;

import org.jspecify.annotations.NullMarked;
