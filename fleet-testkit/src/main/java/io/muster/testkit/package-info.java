/**
 * Test support that several modules share.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.testkit;

import org.jspecify.annotations.NullMarked;
