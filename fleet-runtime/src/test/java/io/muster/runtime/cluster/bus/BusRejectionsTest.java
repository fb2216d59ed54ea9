package io.muster.runtime.cluster.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.metrics.LogLimit;
import io.muster.schema.frame.LogCapture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusRejectionsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final BusRejections rejections = new BusRejections(registry, nanos::get);
  private final LogCapture log = LogCapture.start(BusRejections.class.getName());

  @AfterEach
  void stopLog() {
    log.close();
  }

  @Test
  void record_sameAddress_logsOncePerMinuteAndCountsAll() {
    for (var i = 0; i < 5; i++) {
      rejections.recordAccepted(new InetSocketAddress("10.0.0.1", 4000 + i), BusRejection.SECRET);
    }
    assertThat(log.lines()).hasSize(1);

    nanos.addAndGet(Duration.ofSeconds(61).toNanos());
    rejections.recordAccepted(new InetSocketAddress("10.0.0.1", 1), BusRejection.PLAIN);

    assertThat(log.lines()).hasSize(2);
    assertThat(count("secret")).isEqualTo(5);
    assertThat(count("plain")).isEqualTo(1);
  }

  @Test
  void record_manyAddresses_logsALimitedNumber() {
    for (var i = 0; i < 100; i++) {
      rejections.recordAccepted(new InetSocketAddress("10.0.0." + i, 4000), BusRejection.TIMEOUT);
    }

    assertThat(log.lines()).hasSize(LogLimit.MAX_LINES);
    assertThat(count("timeout")).isEqualTo(100);
  }

  private double count(String reason) {
    return registry
        .get("muster.cluster.rejected.connections")
        .tags("port", "bus", "reason", reason)
        .counter()
        .count();
  }
}
