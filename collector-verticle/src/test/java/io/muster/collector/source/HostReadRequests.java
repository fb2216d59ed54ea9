package io.muster.collector.source;

import java.time.Instant;

/** Read requests of the tests, for one tick. */
public final class HostReadRequests {
  public static final ReadRequest WITHOUT_PROCESSES =
      new ReadRequest(
          Instant.parse("2026-11-20T12:00:00Z"), "2026-11-20 13:00:00", "gpu-01", false);
  public static final ReadRequest WITH_PROCESSES =
      new ReadRequest(
          WITHOUT_PROCESSES.at(),
          WITHOUT_PROCESSES.localTime(),
          WITHOUT_PROCESSES.hostname(),
          true);

  private HostReadRequests() {}
}
