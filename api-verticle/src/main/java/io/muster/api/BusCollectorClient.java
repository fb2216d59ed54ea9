package io.muster.api;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.Refresher;
import io.muster.bus.Address;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.BusService;
import io.muster.bus.service.CollectorService;
import io.muster.schema.frame.CollectReply;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.Section;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;

/**
 * Requests frames from collectors over the event bus. A frame arrives before the receipt that names
 * it, over the same connection.
 */
final class BusCollectorClient implements Refresher.CollectorClient {
  private final Vertx vertx;
  private final FleetView view;

  BusCollectorClient(Vertx vertx, FleetView view) {
    this.vertx = vertx;
    this.view = view;
  }

  @Override
  public Future<?> collect(String host, boolean processes, Duration timeout) {
    var request =
        processes
            ? CollectRequest.of(List.of(Section.PROCESS))
            : CollectRequest.WITHOUT_COSTLY_SECTIONS;
    return BusService.proxy(vertx, Address.collector(host), CollectorService.class, timeout)
        .collect(request)
        .compose(receipt -> checkArrival(host, receipt));
  }

  private Future<?> checkArrival(String host, CollectReply receipt) {
    return view.newestFrame(host).filter(frame -> receipt.isSatisfiedBy(frame.header())).isPresent()
        ? Future.succeededFuture()
        : Future.failedFuture(
            new FleetException(Code.UNAVAILABLE, "the frame did not arrive with its receipt"));
  }
}
