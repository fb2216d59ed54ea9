package io.muster.collector.loop;

/**
 * The identity of a host.
 *
 * @param hostId hostname
 * @param clientId 32 lower-case hexadecimal digits
 * @param bootId start of the collector, milliseconds since the epoch
 * @param isSimulated true if its readings are simulated
 */
public record HostProfile(String hostId, String clientId, long bootId, boolean isSimulated) {}
