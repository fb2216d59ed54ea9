package io.muster.collector.loop;

/**
 * Who a host is.
 *
 * @param hostId hostname
 * @param clientId 32 lower-case hexadecimal digits
 * @param bootId start of the collector, milliseconds since the epoch
 * @param simulated whether its readings are made up
 */
public record HostProfile(String hostId, String clientId, long bootId, boolean simulated) {}
