/**
 * Endpoints for operators and monitoring: health, the list of hosts, service discovery for
 * Prometheus.
 *
 * <p>May import: schema, bus, runtime.node, api.fleet, api.http.
 */
@NullMarked
package io.muster.api.operations;

import org.jspecify.annotations.NullMarked;
