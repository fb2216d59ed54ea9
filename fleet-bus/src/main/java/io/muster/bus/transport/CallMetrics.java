package io.muster.bus.transport;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.metrics.MeterFactory;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Counts the calls of one service: {@code muster_service_calls_total} and the duration of completed
 * calls ({@code muster_service_duration_seconds}), by method; {@code muster_service_failures_total}
 * by code. Calls = completed + in progress; completed = succeeded + failed. Safe for use by any
 * thread.
 */
final class CallMetrics {
  private final Map<String, MethodMetrics> metricsByMethod;
  private final Function<Code, Counter> failures;
  private final LongSupplier nanoTime;

  /**
   * Registers the meters.
   *
   * @param factory creates meters of this service
   * @param nanoTime elapsed time, ns
   */
  CallMetrics(MeterFactory factory, Set<String> methods, LongSupplier nanoTime) {
    this.metricsByMethod =
        methods.stream()
            .collect(
                Collectors.toMap(
                    Function.identity(),
                    method -> MethodMetrics.create(factory.withTag("method", method))));
    this.failures =
        factory.counters(
            "failures", "Failed calls of the services of this node, by code", "code", Code.class);
    this.nanoTime = nanoTime;
  }

  /** Makes the call, which must not throw. */
  Future<?> count(String method, Supplier<Future<?>> call) {
    var startNanos = nanoTime.getAsLong();
    var metrics = requireNonNull(metricsByMethod.get(method));
    metrics.started().increment();
    return call.get()
        .onFailure(this::countFailure)
        .onComplete(
            completed ->
                metrics.duration().record(nanoTime.getAsLong() - startNanos, TimeUnit.NANOSECONDS));
  }

  private void countFailure(Throwable cause) {
    var code = cause instanceof FleetException failure ? failure.code() : Code.INTERNAL;
    failures.apply(code).increment();
  }

  private record MethodMetrics(Counter started, Timer duration) {
    static MethodMetrics create(MeterFactory factory) {
      return new MethodMetrics(
          factory.counter("calls", "Calls of the services of this node"),
          factory.timer(
              "duration", "Duration of the completed calls of the services of this node"));
    }
  }
}
