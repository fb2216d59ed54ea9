package io.muster.runtime.metrics;

import io.micrometer.core.instrument.Counter;
import io.muster.bus.metrics.MeterFactory;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.core.spi.observability.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The metrics of all HTTP servers of a node, without timers. Safe for use by any thread.
 *
 * <p>requests = responses of all classes + aborted + active; connections opened = closed + open. A
 * request that becomes a WebSocket is answered with 101 and then counted as a WebSocket.
 */
final class CountingHttpServerMetrics implements HttpServerMetrics<Object, Object, Object> {
  private static final Object NO_STATE = new Object();
  private static final int STATUS_CLASSES = 5;

  private final Counter connections;
  private final AtomicInteger openConnections = new AtomicInteger();
  private final Counter requests;
  private final List<Counter> responsesByClass;
  private final Counter abortedRequests;
  private final AtomicInteger openWebSockets = new AtomicInteger();
  private final Counter readBytes;
  private final Counter writtenBytes;

  CountingHttpServerMetrics(MeterFactory meters) {
    connections = meters.counter("connections", "HTTP connections opened by clients");
    meters.gauge("connections.open", "Open HTTP connections", openConnections, AtomicInteger::get);
    requests = meters.counter("requests", "HTTP requests received");
    abortedRequests =
        meters.counter(
            "requests.aborted",
            "HTTP requests whose connection closed before the end of the response");
    responsesByClass =
        IntStream.rangeClosed(1, STATUS_CLASSES)
            .mapToObj(statusClass -> meters.withTag("code", statusClass + "xx"))
            .map(
                tagged ->
                    tagged.counter("responses", "HTTP responses sent completely, by status class"))
            .toList();
    meters.gauge(
        "requests.active",
        "HTTP requests in progress",
        this,
        CountingHttpServerMetrics::activeRequests);
    meters.gauge("websockets.open", "Open WebSockets", openWebSockets, AtomicInteger::get);
    readBytes = meters.counter("read.bytes", "Bytes received from HTTP clients");
    writtenBytes = meters.counter("written.bytes", "Bytes sent to HTTP clients");
  }

  @Override
  public Object connected(SocketAddress remote, String name) {
    connections.increment();
    openConnections.incrementAndGet();
    return NO_STATE;
  }

  @Override
  public void disconnected(Object socket, SocketAddress remote) {
    openConnections.decrementAndGet();
  }

  @Override
  public void bytesRead(Object socket, SocketAddress remote, long bytes) {
    readBytes.increment((double) bytes);
  }

  @Override
  public void bytesWritten(Object socket, SocketAddress remote, long bytes) {
    writtenBytes.increment((double) bytes);
  }

  @Override
  public Object requestBegin(Object socket, HttpRequest request) {
    requests.increment();
    return NO_STATE;
  }

  /** Counts an unknown status class as 5xx. */
  @Override
  public void responseEnd(Object request, HttpResponse response, long bytes) {
    var statusClass = response.statusCode() / 100;
    var isKnown = statusClass >= 1 && statusClass <= STATUS_CLASSES;
    responsesByClass.get((isKnown ? statusClass : STATUS_CLASSES) - 1).increment();
  }

  @Override
  public void requestReset(Object request) {
    abortedRequests.increment();
  }

  @Override
  public Object connected(Object socket, Object request, ServerWebSocket webSocket) {
    openWebSockets.incrementAndGet();
    return NO_STATE;
  }

  @Override
  public void disconnected(Object webSocket) {
    openWebSockets.decrementAndGet();
  }

  private double activeRequests() {
    var completed = responsesByClass.stream().mapToDouble(Counter::count).sum();
    return requests.count() - completed - abortedRequests.count();
  }
}
