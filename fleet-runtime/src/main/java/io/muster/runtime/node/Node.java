package io.muster.runtime.node;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.bus.transport.BusService;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The shared objects of one JVM that its roles use.
 *
 * @param vertx with the event bus that the roles share
 * @param hostname of the machine
 * @param fleetName name of the fleet in frames of several hosts: the cluster's name
 * @param version of the program
 * @param clocks wall clock and monotonic clock
 * @param health checks of all components
 * @param meterRegistry counters and gauges; every hop counts in, out and dropped
 * @param services services that the roles provide and use
 * @param memberAddresses addresses of the members of the cluster by the ids of their nodes; empty
 *     if the node is not clustered
 */
public record Node(
    Vertx vertx,
    String hostname,
    String fleetName,
    String version,
    Clocks clocks,
    HealthChecks health,
    PrometheusMeterRegistry meterRegistry,
    BusService services,
    Supplier<Map<String, String>> memberAddresses) {}
