package io.muster.aggregator.history;

import java.time.Duration;

/** The data of which a series is computed. */
enum SeriesSource {
  RAW("single heartbeats", Duration.ofDays(2)),
  MINUTE("minutes", Duration.ofDays(31)),
  HOUR("hours", Duration.ofDays(3660));

  private final String description;
  private final Duration maxChunk;

  SeriesSource(String description, Duration maxChunk) {
    this.description = description;
    this.maxChunk = maxChunk;
  }

  /** Returns the name in messages. */
  String description() {
    return description;
  }

  /** Returns the longest range that one statement reads, unless a bin is longer. */
  Duration maxChunk() {
    return maxChunk;
  }
}
