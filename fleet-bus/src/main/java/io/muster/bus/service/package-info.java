/**
 * The services that the roles provide to each other over the event bus.
 *
 * <p>May import: schema, bus.
 */
@NullMarked
package io.muster.bus.service;

import org.jspecify.annotations.NullMarked;
