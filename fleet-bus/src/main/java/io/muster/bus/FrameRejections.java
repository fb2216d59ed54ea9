package io.muster.bus;

import io.micrometer.core.instrument.Counter;
import io.muster.bus.metrics.LogLimit;
import io.muster.bus.metrics.MeterFactory;
import io.muster.schema.json.WireText;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs the rejected frames of one subscription. The log names the host that the frame
 * claims to be of: all members have the same key, so that nothing proves which one has sent it.
 * Safe for use by any thread.
 */
record FrameRejections(Function<FrameRejection, Counter> counters, LogLimit logLimit) {
  private static final Logger log = LoggerFactory.getLogger(FrameRejections.class);
  private static final int MAX_EXCERPT_BYTES = 200;

  static FrameRejections create(MeterFactory meters) {
    return new FrameRejections(
        meters.counters(
            "frames.rejected",
            "Frames received from the event bus that are malformed, implausible or beyond a limit",
            "reason",
            FrameRejection.class),
        new LogLimit(System::nanoTime));
  }

  void record(FrameRejectedException rejection) {
    counters.apply(rejection.reason()).increment();
    var host = WireText.excerpt(rejection.host(), MAX_EXCERPT_BYTES);
    if (logLimit.claimLine(new Subject(host, rejection.reason()))) {
      log.warn(
          "frame was rejected host={} problem={}",
          host,
          WireText.excerpt(rejection.getMessage(), MAX_EXCERPT_BYTES));
    }
  }

  private record Subject(String host, FrameRejection reason) {}
}
