/**
 * The addresses to which sessions of the event-bus bridge may register: one class each.
 *
 * <p>May import: schema, api.bridge, api.event, api.fleet, api.http, api.state.
 */
@NullMarked
package io.muster.api.bridge.address;

import org.jspecify.annotations.NullMarked;
