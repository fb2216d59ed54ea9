package io.muster.schema.state;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.json.WireJson;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One host in the fleet state. Immutable; its summary is encoded on first use. Safe for use by any
 * thread.
 */
public final class FleetHost {
  private final HostFacts facts;
  private final byte[] factsJson;
  private final HostSummary summary;
  private volatile byte @Nullable [] summaryJson;

  private FleetHost(HostFacts facts, byte[] factsJson, HostSummary summary) {
    this.facts = facts;
    this.factsJson = factsJson;
    this.summary = summary;
  }

  /** Returns a host with these values. */
  public static FleetHost of(HostFacts facts, HostSummary summary) {
    return new FleetHost(facts, WireJson.bytes(facts), summary);
  }

  /** Returns a host as its first frame describes it. */
  public static FleetHost of(int id, EncodedFrame frame) {
    var described = FrameDescription.of(frame, Optional.empty());
    return of(described.facts(id), described.summary());
  }

  /** Returns the host as a newer frame of it describes it; the id stays. */
  public FleetHost update(EncodedFrame frame) {
    var described = FrameDescription.of(frame, Optional.of(this));
    var newFacts = described.facts(facts.id());
    return newFacts.equals(facts)
        ? withSummary(described.summary())
        : of(newFacts, described.summary());
  }

  /**
   * Returns the host with another state, and the arrival of its newest frame if that is long ago.
   */
  public FleetHost withState(HostState state, Optional<Instant> lastSeenAt) {
    return withSummary(
        new HostSummary(
            state, summary.cpuPercent(), summary.memoryPercent(), lastSeenAt, summary.gpus()));
  }

  public HostFacts facts() {
    return facts;
  }

  public HostSummary summary() {
    return summary;
  }

  /** Returns the JSON object of the facts. */
  byte[] factsJson() {
    return factsJson;
  }

  /** Returns the JSON array of id and summary. */
  byte[] summaryJson() {
    var json = summaryJson;
    if (json == null) {
      json = FleetStateJson.encodeSummary(facts.id(), summary);
      summaryJson = json;
    }
    return json;
  }

  private FleetHost withSummary(HostSummary newSummary) {
    return newSummary.equals(summary) ? this : new FleetHost(facts, factsJson, newSummary);
  }
}
