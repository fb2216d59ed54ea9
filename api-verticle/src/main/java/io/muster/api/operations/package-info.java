/**
 * What the people and machines who run a fleet ask: health, the hosts, where Prometheus finds them.
 *
 * <p>May import: schema, bus, runtime.node, api.fleet, api.http.
 */
@NullMarked
package io.muster.api.operations;

import org.jspecify.annotations.NullMarked;
