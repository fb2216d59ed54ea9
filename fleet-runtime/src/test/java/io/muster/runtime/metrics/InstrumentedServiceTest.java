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
          ArchiveService.class, new FakeArchiveService(), "archive", registry, nanos::get);

  @Test
  void call_succeeds_countsTheCallAtOnceAndItsDurationAtTheEnd() {
    var call = archive.store("a");
    assertThat(calls("store")).isEqualTo(1);
    assertThat(completedCalls("store")).isZero();

    nanos.set(3_000_000);
    result.complete("done");

    assertThat(call.result()).isEqualTo("done");
    assertThat(completedCalls("store")).isEqualTo(1);
    assertThat(
            registry
                .get("muster.service.duration")
                .tags("method", "store")
                .timer()
                .totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(3);
    assertThat(calls("delete")).isZero();
  }

  @Test
  void call_failsWithACode_countsTheCodeAndKeepsTheCause() {
    var cause = new FleetException(Code.UNAVAILABLE, "closed");
    result.fail(cause);

    assertThat(archive.store("a").cause()).isSameAs(cause);
    assertThat(failures("unavailable")).isEqualTo(1);
    assertThat(failures("internal")).isZero();
    assertThat(completedCalls("store")).isEqualTo(1);
  }

  @Test
  void call_failsWithoutACode_countsAsInternal() {
    result.fail(new IllegalStateException("lost the document"));

    assertThat(archive.store("a").cause()).hasMessage("lost the document");
    assertThat(failures("internal")).isEqualTo(1);
  }

  @Test
  void call_serviceThrows_failsTheFutureAndCounts() {
    var call = archive.delete("a");

    assertThat(call.cause()).isInstanceOf(UnsupportedOperationException.class);
    assertThat(failures("internal")).isEqualTo(1);
    assertThat(completedCalls("delete")).isEqualTo(1);
  }

  @Test
  void toString_always_isDelegatedAndNotCounted() {
    assertThat(archive).hasToString("the archive");
    assertThat(calls("store") + calls("delete")).isZero();
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
        .tags("service", "archive", "code", code)
        .counter()
        .count();
  }

  /** A service whose calls are counted. */
  public interface ArchiveService {
    Future<String> store(String document);

    Future<Void> delete(String document);
  }

  private final class FakeArchiveService implements ArchiveService {
    @Override
    public Future<String> store(String document) {
      return result.future();
    }

    @Override
    public Future<Void> delete(String document) {
      throw new UnsupportedOperationException(document);
    }

    @Override
    public String toString() {
      return "the archive";
    }
  }
}
