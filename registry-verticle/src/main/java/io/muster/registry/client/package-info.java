/**
 * Clients: who is registered, what is shown of them, and how well they have been doing.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.registry.client;

import org.jspecify.annotations.NullMarked;
