package io.muster.api;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.Refresher;
import io.muster.bus.Address;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.CollectorService;
import io.muster.bus.transport.BusService;
import io.muster.schema.frame.CollectReply;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.Section;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/**
 * Requests frames from collectors. A frame arrives before the receipt that names it: from another
 * node over the same connection, from this one in the same queue of the event loop.
 */
final class BusCollectorClient implements Refresher.CollectorClient {
  private final BusService services;
  private final FleetView view;

  BusCollectorClient(BusService services, FleetView view) {
    this.services = services;
    this.view = view;
  }

  @Override
  public Future<?> collect(String host, boolean processes, Duration timeout) {
    var request =
        processes
            ? CollectRequest.of(List.of(Section.PROCESS))
            : CollectRequest.WITHOUT_COSTLY_SECTIONS;
    return services
        .proxy(Address.collector(host), CollectorService.class, timeout)
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
