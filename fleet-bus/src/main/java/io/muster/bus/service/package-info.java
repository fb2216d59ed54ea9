/**
 * Service interfaces over the event bus, and how calls of them travel.
 *
 * <p>May import: schema, bus.
 */
@NullMarked
package io.muster.bus.service;

import org.jspecify.annotations.NullMarked;
