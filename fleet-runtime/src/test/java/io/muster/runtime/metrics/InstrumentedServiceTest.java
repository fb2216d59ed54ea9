package io.muster.runtime.metrics;

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

class InstrumentedServiceTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong();
  private final Promise<String> result = Promise.promise();
  private final ArchiveService archive =
      InstrumentedService.of(
          ArchiveService.class, new FakeArchiveService(), "clerk", registry, nanos::get);

  @Test
  void call_succeeds_countsTheCallAtOnceAndItsDurationAtTheEnd() {
    var call = archive.file("a");
    assertThat(calls("file")).isEqualTo(1);
    assertThat(completedCalls("file")).isZero();

    nanos.set(3_000_000);
    result.complete("done");

    assertThat(call.result()).isEqualTo("done");
    assertThat(completedCalls("file")).isEqualTo(1);
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
  void call_failsWithACode_countsTheCodeAndKeepsTheCause() {
    var cause = new FleetException(Code.UNAVAILABLE, "closed");
    result.fail(cause);

    assertThat(archive.file("a").cause()).isSameAs(cause);
    assertThat(failures("unavailable")).isEqualTo(1);
    assertThat(failures("internal")).isZero();
    assertThat(completedCalls("file")).isEqualTo(1);
  }

  @Test
  void call_failsWithoutACode_countsAsInternal() {
    result.fail(new IllegalStateException("lost the file"));

    assertThat(archive.file("a").cause()).hasMessage("lost the file");
    assertThat(failures("internal")).isEqualTo(1);
  }

  @Test
  void call_serviceThrows_failsTheFutureAndCounts() {
    var call = archive.burn("a");

    assertThat(call.cause()).isInstanceOf(UnsupportedOperationException.class);
    assertThat(failures("internal")).isEqualTo(1);
    assertThat(completedCalls("burn")).isEqualTo(1);
  }

  @Test
  void toString_always_isDelegatedAndNotCounted() {
    assertThat(archive).hasToString("the clerk");
    assertThat(calls("file") + calls("burn")).isZero();
  }

  private double calls(String method) {
    return registry.get("muster.service.calls").tags("method", method).counter().count();
  }

  private double completedCalls(String method) {
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
  public interface ArchiveService {
    Future<String> file(String document);

    Future<Void> burn(String document);
  }

  private final class FakeArchiveService implements ArchiveService {
    @Override
    public Future<String> file(String document) {
      return result.future();
    }

    @Override
    public Future<Void> burn(String document) {
      throw new UnsupportedOperationException(document);
    }

    @Override
    public String toString() {
      return "the clerk";
    }
  }
}
