package io.muster.bus.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.metrics.MeterFactory;
import io.vertx.core.Promise;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong();
  private final Promise<String> result = Promise.promise();
  private final CallMetrics metrics =
      new CallMetrics(
          new MeterFactory(registry, "muster.service.").withTag("service", "archive"),
          Set.of("store", "delete"),
          nanos::get);

  @Test
  void count_callSucceeds_countsTheCallAtOnceAndItsDurationAtTheEnd() {
    var call = metrics.count("store", result::future);
    assertThat(calls("store")).isEqualTo(1);
    assertThat(completedCalls("store")).isZero();

    nanos.set(3_000_000);
    result.complete("done");

    assertThat(call.result()).isEqualTo("done");
    assertThat(completedCalls("store")).isEqualTo(1);
    assertThat(
            registry
                .get("muster.service.duration")
                .tags("service", "archive", "method", "store")
                .timer()
                .totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(3);
    assertThat(calls("delete")).isZero();
    assertThat(failures("internal")).isZero();
  }

  @Test
  void count_callFailsWithACode_countsTheCodeAndKeepsTheCause() {
    var cause = new FleetException(Code.UNAVAILABLE, "closed");
    result.fail(cause);

    assertThat(metrics.count("store", result::future).cause()).isSameAs(cause);
    assertThat(failures("unavailable")).isEqualTo(1);
    assertThat(failures("internal")).isZero();
    assertThat(completedCalls("store")).isEqualTo(1);
  }

  @Test
  void count_callFailsWithoutACode_countsAsInternal() {
    result.fail(new IllegalStateException("lost the document"));

    assertThat(metrics.count("delete", result::future).cause()).hasMessage("lost the document");
    assertThat(failures("internal")).isEqualTo(1);
    assertThat(completedCalls("delete")).isEqualTo(1);
  }

  private double calls(String method) {
    return registry
        .get("muster.service.calls")
        .tags("service", "archive", "method", method)
        .counter()
        .count();
  }

  private double completedCalls(String method) {
    return registry.get("muster.service.duration").tags("method", method).timer().count();
  }

  private double failures(String code) {
    return registry
        .get("muster.service.failures")
        .tags("service", "archive", "code", code)
        .counter()
        .count();
  }
}
