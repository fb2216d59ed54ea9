package io.muster.runtime.node;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;

/**
 * What one JVM lends to its roles.
 *
 * @param vertx with the event bus that the roles share
 * @param hostname of the machine that it runs on
 * @param fleetName what frames of several hosts are called: the cluster's name
 * @param version of the program
 * @param clocks both kinds of time
 * @param health board that every component reports to
 * @param meterRegistry counters and gauges; every hop counts in, out and dropped
 */
public record Node(
    Vertx vertx,
    String hostname,
    String fleetName,
    String version,
    Clocks clocks,
    HealthChecks health,
    PrometheusMeterRegistry meterRegistry) {}
