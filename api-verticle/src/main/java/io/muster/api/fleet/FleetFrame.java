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
 * What is shown of one host or of a fleet at one instant. Immutable; its bytes are spliced when the
 * first reader of an include set asks, and kept. Any thread may use it.
 */
public final class FleetFrame {
  private final String hostname;
  private final Instant at;
  private final List<EncodedFrame> frames;
  private final List<String> silentHosts;
  private final List<SectionError> errors;
  private final Duration interval;
  private final long sizeBytes;
  private final Map<SectionSelection, FrameBytes> bytes = new ConcurrentHashMap<>(2);

  public FleetFrame(
      String hostname,
      Instant at,
      List<EncodedFrame> frames,
      List<String> silentHosts,
      List<SectionError> errors) {
    this.hostname = hostname;
    this.at = at;
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

  /** Its bytes with these sections. */
  public FrameBytes bytes(SectionSelection include) {
    var known = bytes.get(include);
    return known != null
        ? known
        : bytes.computeIfAbsent(
            include,
            sections -> new FrameBytes(at, FrameJson.of(hostname, at, frames, errors, sections)));
  }

  /** Instant of the newest frame in it. */
  public Instant at() {
    return at;
  }

  /** Time between two frames of its quickest host; zero without any. */
  public Duration interval() {
    return interval;
  }

  /** The fresh frames in it, by host. */
  public List<EncodedFrame> frames() {
    return frames;
  }

  /** The hosts that it lacks because they are silent. */
  public List<String> silentHosts() {
    return silentHosts;
  }

  /** Bytes of all sections of all its hosts: what keeping it costs. */
  public long sizeBytes() {
    return sizeBytes;
  }
}
