package io.muster.runtime.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.core.spi.observability.HttpResponse;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Counters of all HTTP servers of a node. Safe for use by any thread.
 *
 * <p>requests = responses of all classes + aborted + active; connections opened = closed + open. A
 * request that becomes a WebSocket is answered with 101 and then counted as a WebSocket.
 */
final class HttpServerCounters implements HttpServerMetrics<Object, Object, Object> {
  private static final String PREFIX = "muster.http.";
  private static final Object NO_STATE = new Object();
  private static final int STATUS_CLASSES = 6;

  private final LongAdder openedConnections = new LongAdder();
  private final LongAdder closedConnections = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final LongAdder[] responsesByClass =
      IntStream.range(0, STATUS_CLASSES)
          .mapToObj(statusClass -> new LongAdder())
          .toArray(LongAdder[]::new);
  private final LongAdder abortedRequests = new LongAdder();
  private final LongAdder openWebSockets = new LongAdder();
  private final LongAdder readBytes = new LongAdder();
  private final LongAdder writtenBytes = new LongAdder();

  void bind(MeterRegistry registry) {
    registerCounter(
        "connections",
        "HTTP connections opened by clients",
        counters -> counters.openedConnections.sum(),
        registry);
    registerGauge(
        "connections.open", "Open HTTP connections", HttpServerCounters::openConnections, registry);
    registerCounter(
        "requests", "HTTP requests received", counters -> counters.requests.sum(), registry);
    registerCounter(
        "requests.aborted",
        "HTTP requests whose connection closed before the end of the response",
        counters -> counters.abortedRequests.sum(),
        registry);
    registerGauge(
        "requests.active",
        "HTTP requests in progress",
        HttpServerCounters::activeRequests,
        registry);
    registerGauge(
        "websockets.open", "Open WebSockets", counters -> counters.openWebSockets.sum(), registry);
    registerCounter(
        "read.bytes",
        "Bytes received from HTTP clients",
        counters -> counters.readBytes.sum(),
        registry);
    registerCounter(
        "written.bytes",
        "Bytes sent to HTTP clients",
        counters -> counters.writtenBytes.sum(),
        registry);
    registerResponses(registry);
  }

  private void registerResponses(MeterRegistry registry) {
    IntStream.range(1, STATUS_CLASSES)
        .forEach(
            statusClass ->
                FunctionCounter.builder(
                        PREFIX + "responses", responsesByClass[statusClass], LongAdder::sum)
                    .description("HTTP responses sent completely, by status class")
                    .tag("code", statusClass + "xx")
                    .register(registry));
  }

  @Override
  public Object connected(SocketAddress remote, String name) {
    openedConnections.increment();
    return NO_STATE;
  }

  @Override
  public void disconnected(Object socket, SocketAddress remote) {
    closedConnections.increment();
  }

  @Override
  public void bytesRead(Object socket, SocketAddress remote, long bytes) {
    readBytes.add(bytes);
  }

  @Override
  public void bytesWritten(Object socket, SocketAddress remote, long bytes) {
    writtenBytes.add(bytes);
  }

  @Override
  public Object requestBegin(Object socket, HttpRequest request) {
    requests.increment();
    return NO_STATE;
  }

  @Override
  public void responseEnd(Object request, HttpResponse response, long bytes) {
    var statusClass = response.statusCode() / 100;
    responsesByClass[
        statusClass > 0 && statusClass < STATUS_CLASSES ? statusClass : STATUS_CLASSES - 1]
        .increment();
  }

  @Override
  public void requestReset(Object request) {
    abortedRequests.increment();
  }

  @Override
  public Object connected(Object socket, Object request, ServerWebSocket webSocket) {
    openWebSockets.increment();
    return NO_STATE;
  }

  @Override
  public void disconnected(Object webSocket) {
    openWebSockets.decrement();
  }

  private long openConnections() {
    return openedConnections.sum() - closedConnections.sum();
  }

  private long activeRequests() {
    var completed =
        IntStream.range(0, STATUS_CLASSES)
            .mapToLong(statusClass -> responsesByClass[statusClass].sum())
            .sum();
    return requests.sum() - completed - abortedRequests.sum();
  }

  private void registerCounter(
      String name,
      String help,
      ToDoubleFunction<HttpServerCounters> value,
      MeterRegistry registry) {
    FunctionCounter.builder(PREFIX + name, this, value).description(help).register(registry);
  }

  private void registerGauge(
      String name,
      String help,
      ToDoubleFunction<HttpServerCounters> value,
      MeterRegistry registry) {
    Gauge.builder(PREFIX + name, this, value).description(help).register(registry);
  }
}
