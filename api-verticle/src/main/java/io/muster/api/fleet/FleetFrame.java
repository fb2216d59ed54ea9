package io.muster.api.fleet;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameJson;
import io.muster.schema.frame.SectionError;
import io.muster.schema.frame.SectionSelection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The frame of one host or of the fleet at one instant. Immutable; its bytes are spliced on the
 * first request for a selection of sections, and cached. Safe for use by any thread.
 */
public final class FleetFrame {
  private final String hostname;
  private final Instant sampledAt;
  private final List<EncodedFrame> frames;
  private final List<String> silentHosts;
  private final List<SectionError> errors;
  private final Duration interval;
  private final long sizeBytes;
  private final Map<SectionSelection, FrameBytes> bytes = new ConcurrentHashMap<>(2);

  public FleetFrame(
      String hostname,
      Instant sampledAt,
      List<EncodedFrame> frames,
      List<String> silentHosts,
      List<SectionError> errors) {
    this.hostname = hostname;
    this.sampledAt = sampledAt;
    this.frames = List.copyOf(frames);
    this.silentHosts = List.copyOf(silentHosts);
    this.errors = List.copyOf(errors);
    this.interval =
        frames.stream()
            .map(frame -> frame.header().interval())
            .min(Duration::compareTo)
            .orElse(Duration.ZERO);
    this.sizeBytes = frames.stream().mapToLong(EncodedFrame::sizeBytes).sum();
  }

  /** Returns the bytes of the frame with these sections. */
  public FrameBytes bytes(SectionSelection include) {
    var cached = bytes.get(include);
    return cached != null
        ? cached
        : bytes.computeIfAbsent(
            include,
            sections ->
                new FrameBytes(
                    sampledAt, FrameJson.of(hostname, sampledAt, frames, errors, sections)));
  }

  /** Instant of the newest frame in it. */
  public Instant sampledAt() {
    return sampledAt;
  }

  /** The shortest interval of its fresh hosts; zero without any. */
  public Duration interval() {
    return interval;
  }

  /** The fresh frames in it, by host. */
  public List<EncodedFrame> frames() {
    return frames;
  }

  /** The silent hosts, whose frames it does not contain. */
  public List<String> silentHosts() {
    return silentHosts;
  }

  /** Bytes of all sections of all its hosts: the cost of storing it. */
  public long sizeBytes() {
    return sizeBytes;
  }
}
