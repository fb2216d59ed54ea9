package io.muster.runtime.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CountedServiceTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong();
  private final Promise<String> answer = Promise.promise();
  private final Clerk clerk =
      CountedService.of(Clerk.class, new FakeClerk(), "clerk", registry, nanos::get);

  @Test
  void call_answered_countsTheCallAtOnceAndItsTimeAtTheEnd() {
    var asked = clerk.file("a");
    assertThat(calls("file")).isEqualTo(1);
    assertThat(ended("file")).isZero();

    nanos.set(3_000_000);
    answer.complete("done");

    assertThat(asked.result()).isEqualTo("done");
    assertThat(ended("file")).isEqualTo(1);
    assertThat(
            registry
                .get("muster.service.duration")
                .tags("method", "file")
                .timer()
                .totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(3);
    assertThat(calls("burn")).isZero();
  }

  @Test
  void call_failedWithACode_isCountedUnderTheCodeAndFailsTheSame() {
    var cause = new FleetException(Code.UNAVAILABLE, "closed");
    answer.fail(cause);

    assertThat(clerk.file("a").cause()).isSameAs(cause);
    assertThat(failures("unavailable")).isEqualTo(1);
    assertThat(failures("internal")).isZero();
    assertThat(ended("file")).isEqualTo(1);
  }

  @Test
  void call_failedWithoutACode_isInternal() {
    answer.fail(new IllegalStateException("lost the file"));

    assertThat(clerk.file("a").cause()).hasMessage("lost the file");
    assertThat(failures("internal")).isEqualTo(1);
  }

  @Test
  void call_serviceThrows_failsTheFutureAndCounts() {
    var asked = clerk.burn("a");

    assertThat(asked.cause()).isInstanceOf(UnsupportedOperationException.class);
    assertThat(failures("internal")).isEqualTo(1);
    assertThat(ended("burn")).isEqualTo(1);
  }

  @Test
  void toString_isTheServicesAndNotCounted() {
    assertThat(clerk).hasToString("the clerk");
    assertThat(calls("file") + calls("burn")).isZero();
  }

  private double calls(String method) {
    return registry.get("muster.service.calls").tags("method", method).counter().count();
  }

  private double ended(String method) {
    return registry.get("muster.service.duration").tags("method", method).timer().count();
  }

  private double failures(String code) {
    return registry
        .get("muster.service.failures")
        .tags("service", "clerk", "code", code)
        .counter()
        .count();
  }

  /** A service to be counted. */
  public interface Clerk {
    Future<String> file(String paper);

    Future<Void> burn(String paper);
  }

  private final class FakeClerk implements Clerk {
    @Override
    public Future<String> file(String paper) {
      return answer.future();
    }

    @Override
    public Future<Void> burn(String paper) {
      throw new UnsupportedOperationException(paper);
    }

    @Override
    public String toString() {
      return "the clerk";
    }
  }
}
