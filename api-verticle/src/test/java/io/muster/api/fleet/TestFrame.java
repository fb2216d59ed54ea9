package io.muster.api.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.FrameSummary;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A builder of frames: sections are literal JSON. */
public final class TestFrame {
  /** Default instant of a frame. */
  public static final Instant AT = Instant.parse("2026-08-08T12:34:56.789Z");

  /** Limits that no test reaches by chance. */
  public static final FleetLimits FLEET_LIMITS = new FleetLimits(10_000, 1 << 30);

  private final String host;
  private final Map<Section, byte[]> sections = new EnumMap<>(Section.class);
  private final List<SectionError> errors = new ArrayList<>();
  private long bootId = 1_000;
  private long sequence = 1;
  private Instant at = AT;
  private FrameSummary summary =
      new FrameSummary(
          0,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());
  private boolean simulated;
  private Duration interval = Duration.ofSeconds(3);

  private TestFrame(String host) {
    this.host = host;
  }

  /** Starts a frame of the host without sections: boot 1000, sequence 1, interval 3 s. */
  public static TestFrame of(String host) {
    return new TestFrame(host);
  }

  public TestFrame boot(long id) {
    bootId = id;
    return this;
  }

  /** Sets the sequence, and advances the instant by one interval for each step. */
  public TestFrame sequence(long number) {
    sequence = number;
    at = AT.plus(interval.multipliedBy(number - 1));
    return this;
  }

  public TestFrame at(Instant instant) {
    at = instant;
    return this;
  }

  public TestFrame interval(Duration between) {
    interval = between;
    return this;
  }

  /** Sets a section to a JSON array. */
  public TestFrame section(Section section, String json) {
    sections.put(section, json.getBytes(UTF_8));
    return this;
  }

  public TestFrame summary(FrameSummary values) {
    summary = values;
    return this;
  }

  public TestFrame simulated() {
    simulated = true;
    return this;
  }

  public TestFrame error(SectionError error) {
    errors.add(error);
    return this;
  }

  public EncodedFrame build() {
    var head =
        new FrameHeader(
            host,
            "6e1131b4b9cc454aa6ce3294ab860b2d",
            bootId,
            sequence,
            at,
            interval,
            simulated,
            summary);
    return new EncodedFrame(head, sections, errors);
  }
}
