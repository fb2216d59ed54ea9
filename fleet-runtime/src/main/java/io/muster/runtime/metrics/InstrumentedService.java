package io.muster.runtime.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.Future;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * A service that counts its calls: {@code muster_service_calls_total} and the duration of completed
 * calls ({@code muster_service_duration_seconds}), by method; {@code muster_service_failures_total}
 * by code. Calls = completed + in progress; completed = succeeded + failed. Safe for use by any
 * thread if the service is.
 */
public final class InstrumentedService {
  private final Object service;
  private final ServiceMetrics metrics;
  private final LongSupplier nanoTime;
  private final Map<String, MethodMetrics> metricsByMethod;

  private InstrumentedService(
      Object service, ServiceMetrics metrics, LongSupplier nanoTime, Class<?> type) {
    this.service = service;
    this.metrics = metrics;
    this.nanoTime = nanoTime;
    this.metricsByMethod =
        Arrays.stream(type.getMethods())
            .map(Method::getName)
            .collect(Collectors.toMap(Function.identity(), metrics::methodMetrics));
    // A counter that exists from the start has a rate at its first failure.
    Arrays.stream(Code.values()).forEach(metrics::failureCounter);
  }

  /**
   * Wraps the service in a proxy of the same interface, which {@link
   * io.muster.bus.service.BusService} accepts.
   *
   * @param name value of the label {@code service}
   * @param nanoTime elapsed time, ns
   */
  public static <T> T of(
      Class<T> type, T service, String name, MeterRegistry registry, LongSupplier nanoTime) {
    var instrumented =
        new InstrumentedService(service, new ServiceMetrics(name, registry), nanoTime, type);
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> instrumented.call(method, arguments)));
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    var startNanos = nanoTime.getAsLong();
    var methodMetrics = metricsByMethod.get(method.getName());
    if (methodMetrics == null) {
      return method.invoke(service, arguments); // equals, hashCode, toString
    }
    methodMetrics.started().increment();
    return invoke(method, arguments)
        .onFailure(this::countFailure)
        .onComplete(
            completed ->
                methodMetrics
                    .duration()
                    .record(nanoTime.getAsLong() - startNanos, TimeUnit.NANOSECONDS));
  }

  /** Calls the service; an exception that it throws becomes a failed future. */
  private Future<?> invoke(Method method, Object[] arguments) throws IllegalAccessException {
    try {
      return (Future<?>) method.invoke(service, arguments);
    } catch (InvocationTargetException e) {
      return Future.failedFuture(e.getCause());
    }
  }

  private void countFailure(Throwable cause) {
    var code = cause instanceof FleetException failure ? failure.code() : Code.INTERNAL;
    metrics.failureCounter(code).increment();
  }

  private record MethodMetrics(Counter started, Timer duration) {}

  private record ServiceMetrics(String service, MeterRegistry registry) {
    private static final String SERVICE = "service";
    private static final String METHOD = "method";

    MethodMetrics methodMetrics(String method) {
      return new MethodMetrics(
          Counter.builder("muster.service.calls")
              .description("Calls of the services of this node")
              .tags(SERVICE, service, METHOD, method)
              .register(registry),
          Timer.builder("muster.service.duration")
              .description("Duration of the completed calls of the services of this node")
              .tags(SERVICE, service, METHOD, method)
              .register(registry));
    }

    Counter failureCounter(Code code) {
      return Counter.builder("muster.service.failures")
          .description("Failed calls of the services of this node, by code")
          .tags(SERVICE, service, "code", code.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }
}
