package io.muster.collector.source;

import io.muster.schema.host.ReadingOrigin;
import java.time.Instant;

/**
 * A request to read a source once.
 *
 * @param at instant of the tick
 * @param localTime the same instant as local time, {@code YYYY-MM-DD HH:MM:SS}, for the {@code
 *     time} keys
 * @param hostname hostname, for the {@code host_id}, {@code hostname} and {@code instance} keys
 * @param includesProcesses true if the process table, which is expensive, is to be read
 */
public record ReadRequest(
    Instant at, String localTime, String hostname, boolean includesProcesses) {
  /** Returns the host and the time of the readings. */
  public ReadingOrigin origin() {
    return ReadingOrigin.of(hostname, localTime);
  }
}
