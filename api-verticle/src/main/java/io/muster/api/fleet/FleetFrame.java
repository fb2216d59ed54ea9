package io.muster.api.fleet;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameJson;
import io.muster.schema.frame.Include;
import io.muster.schema.frame.SectionError;
import io.muster.schema.json.WireTime;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is shown of one host or of a fleet at one instant. Its bytes are spliced once for each
 * include set and shared by everybody who asks; nobody may change them. Confined to the context of
 * its verticle.
 */
public final class FleetFrame {
  private final String hostname;
  private final Instant at;
  private final List<EncodedFrame> frames;
  private final List<SectionError> errors;
  private final Map<Include, Buffer> json = new HashMap<>();
  private final Map<Include, Buffer> events = new HashMap<>();

  FleetFrame(String hostname, Instant at, List<EncodedFrame> frames, List<SectionError> errors) {
    this.hostname = hostname;
    this.at = at;
    this.frames = List.copyOf(frames);
    this.errors = List.copyOf(errors);
  }

  /** The frame as one JSON object. */
  public Buffer json(Include include) {
    return json.computeIfAbsent(
        include, wanted -> Buffer.buffer(FrameJson.of(hostname, at, frames, errors, wanted)));
  }

  /** The frame as one server-sent event, its id the frame's time stamp. */
  public Buffer event(Include include) {
    return events.computeIfAbsent(
        include,
        wanted ->
            Buffer.buffer("event: snapshot\nid: " + WireTime.utcSeconds(at) + "\ndata: ")
                .appendBuffer(json(wanted))
                .appendString("\n\n"));
  }

  /** Time between two frames of its quickest host; zero without any. */
  public Duration interval() {
    return frames.stream()
        .map(frame -> frame.head().interval())
        .min(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** The fresh frames in it, by host. */
  public List<EncodedFrame> frames() {
    return frames;
  }
}
