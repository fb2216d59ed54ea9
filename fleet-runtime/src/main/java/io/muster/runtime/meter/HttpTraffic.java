package io.muster.runtime.meter;

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
 * What passes through the HTTP servers of a node, all of them together. Any thread may count.
 *
 * <p>requests = responses of all classes + aborted + active; connections opened = closed + open. A
 * request that becomes a WebSocket is answered with 101 and then counted as a WebSocket.
 */
final class HttpTraffic implements HttpServerMetrics<Object, Object, Object> {
  private static final String NAME = "muster.http.";
  private static final Object COUNTED = new Object();
  private static final int CLASSES = 6;

  private final LongAdder opened = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final LongAdder[] responses =
      IntStream.range(0, CLASSES).mapToObj(each -> new LongAdder()).toArray(LongAdder[]::new);
  private final LongAdder aborted = new LongAdder();
  private final LongAdder webSockets = new LongAdder();
  private final LongAdder read = new LongAdder();
  private final LongAdder written = new LongAdder();

  void bind(MeterRegistry registry) {
    counter("connections", "Connections that clients opened", http -> http.opened.sum(), registry);
    gauge("connections.open", "Connections that are open", HttpTraffic::open, registry);
    counter("requests", "Requests that began", http -> http.requests.sum(), registry);
    counter(
        "requests.aborted",
        "Requests whose connection ended before their response",
        http -> http.aborted.sum(),
        registry);
    gauge(
        "requests.active", "Requests without the end of a response", HttpTraffic::active, registry);
    gauge("websockets.open", "WebSockets that are open", http -> http.webSockets.sum(), registry);
    counter("read.bytes", "Bytes that clients sent", http -> http.read.sum(), registry);
    counter("written.bytes", "Bytes sent to clients", http -> http.written.sum(), registry);
    IntStream.range(1, CLASSES)
        .forEach(
            each ->
                FunctionCounter.builder(NAME + "responses", responses[each], LongAdder::sum)
                    .description("Responses that were sent to their end, by class of status")
                    .tag("code", each + "xx")
                    .register(registry));
  }

  @Override
  public Object connected(SocketAddress remote, String name) {
    opened.increment();
    return COUNTED;
  }

  @Override
  public void disconnected(Object socket, SocketAddress remote) {
    closed.increment();
  }

  @Override
  public void bytesRead(Object socket, SocketAddress remote, long bytes) {
    read.add(bytes);
  }

  @Override
  public void bytesWritten(Object socket, SocketAddress remote, long bytes) {
    written.add(bytes);
  }

  @Override
  public Object requestBegin(Object socket, HttpRequest request) {
    requests.increment();
    return COUNTED;
  }

  @Override
  public void responseEnd(Object request, HttpResponse response, long bytes) {
    var statusClass = response.statusCode() / 100;
    responses[statusClass > 0 && statusClass < CLASSES ? statusClass : CLASSES - 1].increment();
  }

  @Override
  public void requestReset(Object request) {
    aborted.increment();
  }

  @Override
  public Object connected(Object socket, Object request, ServerWebSocket webSocket) {
    webSockets.increment();
    return COUNTED;
  }

  @Override
  public void disconnected(Object webSocket) {
    webSockets.decrement();
  }

  private long open() {
    return opened.sum() - closed.sum();
  }

  private long active() {
    var ended = IntStream.range(0, CLASSES).mapToLong(each -> responses[each].sum()).sum();
    return requests.sum() - ended - aborted.sum();
  }

  private void counter(
      String name, String help, ToDoubleFunction<HttpTraffic> value, MeterRegistry registry) {
    FunctionCounter.builder(NAME + name, this, value).description(help).register(registry);
  }

  private void gauge(
      String name, String help, ToDoubleFunction<HttpTraffic> value, MeterRegistry registry) {
    Gauge.builder(NAME + name, this, value).description(help).register(registry);
  }
}
