package io.muster.collector.source;

import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;

/**
 * Expected hardware trouble: one thing that could not be read.
 *
 * @param section section of the frame that lacks something because of it
 * @param source name of the source
 * @param device what it happened to: a device's UUID, a path, or empty text for the source as a
 *     whole
 * @param reason what kind of trouble
 * @param detail the driver's or system's own words
 */
public record ReadFailure(
    Section section, String source, String device, FailureReason reason, String detail) {

  /** One line for people: {@code nvml GPU-1: lost: GPU is lost (15)}. */
  public String message() {
    var target = device.isEmpty() ? source : source + " " + device;
    return target + ": " + reason.text() + ": " + detail;
  }

  /** The same, as the frame reports it. */
  public SectionError toSectionError() {
    var kind =
        reason == FailureReason.TIMEOUT ? SectionError.Kind.TIMEOUT : SectionError.Kind.ERROR;
    return new SectionError(section, kind, message());
  }

  /** What kind of trouble. */
  public enum FailureReason {
    /** The device fell off the bus. */
    LOST("lost"),
    /** The device needs a reset or service. */
    BROKEN("broken"),
    /** The process may not read it. */
    NO_PERMISSION("no permission"),
    /** The driver is not there, not loaded, or does not fit its library. */
    NO_DRIVER("no driver"),
    /** The source did not answer in time. */
    TIMEOUT("timeout"),
    /** Anything else that the driver or the system refused. */
    FAILED("failed");

    private final String text;

    FailureReason(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
