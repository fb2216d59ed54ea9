package io.muster.runtime.cluster.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.metrics.LogLimit;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BusRejectionsTest {
  private static final Logger LOGGER = Logger.getLogger(BusRejections.class.getName());

  private final AtomicLong nanos = new AtomicLong();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final BusRejections rejections = new BusRejections(registry, nanos::get);
  private final Recorder recorder = new Recorder();

  @BeforeEach
  void record() {
    LOGGER.addHandler(recorder);
  }

  @AfterEach
  void stopRecording() {
    LOGGER.removeHandler(recorder);
  }

  @Test
  void record_sameAddress_logsOncePerMinuteAndCountsAll() {
    for (var i = 0; i < 5; i++) {
      rejections.recordAccepted(new InetSocketAddress("10.0.0.1", 4000 + i), BusRejection.SECRET);
    }
    assertThat(recorder.lines).hasSize(1);

    nanos.addAndGet(Duration.ofSeconds(61).toNanos());
    rejections.recordAccepted(new InetSocketAddress("10.0.0.1", 1), BusRejection.PLAIN);

    assertThat(recorder.lines).hasSize(2);
    assertThat(count("secret")).isEqualTo(5);
    assertThat(count("plain")).isEqualTo(1);
  }

  @Test
  void record_manyAddresses_logsALimitedNumber() {
    for (var i = 0; i < 100; i++) {
      rejections.recordAccepted(new InetSocketAddress("10.0.0." + i, 4000), BusRejection.TIMEOUT);
    }

    assertThat(recorder.lines).hasSize(LogLimit.MAX_LINES);
    assertThat(count("timeout")).isEqualTo(100);
  }

  private double count(String reason) {
    return registry
        .get("muster.cluster.rejected.connections")
        .tags("port", "bus", "reason", reason)
        .counter()
        .count();
  }

  /** Records log lines. Confined to the thread of the test. */
  private static final class Recorder extends Handler {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void publish(LogRecord entry) {
      lines.add(entry.getMessage());
    }

    @Override
    public void flush() {
      // Nothing is buffered.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
