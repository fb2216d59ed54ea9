/**
 * Clients: their registration, edits, lists and details, effective status and health.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.registry.client;

import org.jspecify.annotations.NullMarked;
