package io.muster.collector.source;

import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;

/**
 * Expected hardware trouble: one reading that failed.
 *
 * @param section section of the frame that is incomplete because of the failure
 * @param source name of the source
 * @param device the affected device's UUID, a path, or the empty text for the source as a whole
 * @param reason kind of failure
 * @param detail text of the driver or the system, unchanged
 */
public record ReadFailure(
    Section section, String source, String device, FailureReason reason, String detail) {

  /** Human-readable line: {@code nvml GPU-1: lost: GPU is lost (15)}. */
  public String message() {
    var target = device.isEmpty() ? source : source + " " + device;
    return target + ": " + reason.text() + ": " + detail;
  }

  /** Returns the failure as a frame reports it. */
  public SectionError toSectionError() {
    var kind =
        reason == FailureReason.TIMEOUT ? SectionError.Kind.TIMEOUT : SectionError.Kind.ERROR;
    return new SectionError(section, kind, message());
  }

  /** Kinds of failures. */
  public enum FailureReason {
    /** The device fell off the bus. */
    LOST("lost"),
    /** The device needs a reset or service. */
    BROKEN("broken"),
    /** The process lacks a permission. */
    NO_PERMISSION("no permission"),
    /** The driver is not installed, not loaded, or does not match its library. */
    NO_DRIVER("no driver"),
    /** The source did not return in time. */
    TIMEOUT("timeout"),
    /** Any other error of the driver or the system. */
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
